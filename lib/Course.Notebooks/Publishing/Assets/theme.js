// Runs before the page is drawn, so that a dark page does not flash white. Where nothing is stored, the system decides.
(function () {
  try {
    var theme = localStorage.getItem('book-theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
  } catch (e) { /* storage is switched off */ }
})();
