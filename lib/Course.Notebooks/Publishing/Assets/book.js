// Menu, theme, search, charts and small comforts. The text of the book needs none of it.
(function () {
  'use strict';
  var version = document.currentScript.dataset.version;
  var $ = function (id) { return document.getElementById(id); };
  var all = function (selector) { return Array.from(document.querySelectorAll(selector)); };
  var scripts = {};

  // A script of the book, loaded once, when it is first needed.
  function load(file) {
    scripts[file] = scripts[file] || new Promise(function (done, fail) {
      var script = document.createElement('script');
      script.src = file + '?' + version;
      script.onload = done;
      script.onerror = function () { fail(new Error(file + ' cannot be loaded.')); };
      document.head.appendChild(script);
    });
    return scripts[file];
  }

  // Theme
  var dark = matchMedia('(prefers-color-scheme: dark)');
  var isDark = function () {
    var theme = document.documentElement.dataset.theme;
    return theme ? theme === 'dark' : dark.matches;
  };
  var themeButton = $('book-theme');
  function nameTheme() {
    themeButton.textContent = isDark() ? 'Light' : 'Dark';
    themeButton.setAttribute('aria-label', isDark() ? 'Use the light theme' : 'Use the dark theme');
  }
  themeButton.hidden = false;
  themeButton.addEventListener('click', function () {
    var theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try { localStorage.setItem('book-theme', theme); } catch (e) { /* storage is switched off */ }
    nameTheme();
    redraw();
  });
  dark.addEventListener('change', function () { nameTheme(); redraw(); });
  nameTheme();

  // Menu on narrow screens
  var menu = $('book-menu');
  function openMenu(open) {
    menu.setAttribute('aria-expanded', open);
    document.body.classList.toggle('menu-open', open);
  }
  menu.addEventListener('click', function () {
    var open = menu.getAttribute('aria-expanded') !== 'true';
    openMenu(open);
    if (open) ($('book-chapters').querySelector('[aria-current]') || $('book-chapters').querySelector('a')).focus();
  });
  // The chapter one reads is in sight in the menu, too.
  var current = $('book-chapters').querySelector('[aria-current]');
  if (current) $('book-chapters').scrollTop = Math.max(0, current.offsetTop - 200);

  // Search
  var box = $('book-search'), found = $('book-found'), list = found.querySelector('ol'), status = found.querySelector('p');
  var fold = function (text) { return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase(); };
  var folded;
  function sections() {
    return folded = folded || window.bookIndex.flatMap(function (chapter) {
      return chapter[2].map(function (section) {
        return { file: chapter[0], title: chapter[1], anchor: section[0], heading: section[1], text: section[2],
          foldedTitle: fold(chapter[1]), foldedHeading: fold(section[1]), foldedText: fold(section[2]) };
      });
    });
  }
  // How often a word begins a word of the text; at least 0.3 when it stands only inside one (attention in MultiHeadAttention).
  function count(text, word) {
    var times = 0, inside = 0;
    for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
      if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1])) times++; else inside = 0.3;
    }
    return times || inside;
  }
  function score(section, words) {
    var total = 0;
    for (var i = 0; i < words.length; i++) {
      var value = 8 * Math.min(1, count(section.foldedTitle, words[i])) * (section.anchor ? 0.5 : 1)
        + 6 * Math.min(1, count(section.foldedHeading, words[i])) + Math.min(5, count(section.foldedText, words[i]));
      if (!value) return 0;
      total += value;
    }
    return total;
  }
  // A piece of the text around the first word, with the words marked.
  function snippet(section, words) {
    var start = Math.min.apply(null, words.map(function (word) {
      var at = section.foldedText.indexOf(word);
      return at < 0 ? Infinity : at;
    }));
    // Folding can change lengths (ß, ligatures): then the place is only near.
    start = start === Infinity ? 0 : Math.max(0, start - 50);
    if (start > 0) start = section.text.indexOf(' ', start) + 1;
    var piece = section.text.slice(start, start + 150), line = document.createElement('span');
    line.append(start > 0 ? '… ' : '');
    var pattern = new RegExp('(' + words.map(function (word) { return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'); }).join('|') + ')', 'gi');
    piece.split(pattern).forEach(function (part, index) {
      if (index % 2) { var mark = document.createElement('mark'); mark.textContent = part; line.append(mark); } else line.append(part);
    });
    line.append(start + 150 < section.text.length ? ' …' : '');
    return line;
  }
  var asked = 0;
  function search() {
    var question = box.value, turn = ++asked, words = fold(question).split(/[^\p{L}\p{N}#+.]+/u).filter(Boolean);
    if (!words.length) { found.hidden = true; return; }
    load('assets/search-index.js').then(function () {
      if (turn !== asked) return;
      var hits = sections().map(function (section, order) { return { section: section, order: order, score: score(section, words) }; })
        .filter(function (hit) { return hit.score > 0; })
        .sort(function (a, b) { return b.score - a.score || a.order - b.order; });
      list.replaceChildren.apply(list, hits.slice(0, 12).map(function (hit) {
        var item = document.createElement('li'), link = document.createElement('a'), where = document.createElement('small'), what = document.createElement('strong');
        link.href = encodeURIComponent(hit.section.file) + (hit.section.anchor ? '#' + encodeURIComponent(hit.section.anchor) : '');
        what.textContent = hit.section.heading;
        where.textContent = hit.section.title;
        link.append(what, where, snippet(hit.section, words));
        item.append(link);
        return item;
      }));
      status.textContent = hits.length === 0 ? 'Nothing found for “' + question.trim() + '”.'
        : hits.length === 1 ? 'One place found.' : hits.length + ' places found' + (hits.length > 12 ? ', the best 12:' : '.');
      found.hidden = false;
    }, function (failure) { status.textContent = failure.message; found.hidden = false; });
  }
  box.addEventListener('input', search);
  box.addEventListener('focus', function () { load('assets/search-index.js').catch(function () {}); if (box.value) search(); });
  function step(by) {
    var links = Array.from(list.querySelectorAll('a')), index = links.indexOf(document.activeElement) + by;
    if (index < 0) box.focus(); else if (links[index]) links[index].focus();
  }
  box.parentElement.addEventListener('keydown', function (event) {
    if (event.key === 'ArrowDown') { event.preventDefault(); step(1); }
    else if (event.key === 'ArrowUp') { event.preventDefault(); step(-1); }
    else if (event.key === 'Enter' && document.activeElement === box && list.firstChild && !found.hidden) list.querySelector('a').click();
  });
  function closeSearch() { asked++; found.hidden = true; }
  list.addEventListener('click', closeSearch);
  document.addEventListener('click', function (event) { if (!box.parentElement.contains(event.target)) closeSearch(); });
  box.parentElement.addEventListener('focusout', function (event) {
    if (event.relatedTarget && !box.parentElement.contains(event.relatedTarget)) closeSearch();
  });
  document.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') {
      if (!found.hidden) { box.focus(); closeSearch(); } // in this order: the focus alone would search again
      if (menu.getAttribute('aria-expanded') === 'true') { openMenu(false); menu.focus(); }
    } else if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });

  // Charts: the picture is there from the start, the chart takes its place when it comes into view
  var drawn = [];
  function inked(chart) {
    var figure = JSON.parse(chart.querySelector('script').textContent), layout = figure.layout;
    var ink = layout.font && layout.font.color;
    // A chart with a background of its own keeps its colours; one without takes the page's.
    if (/^#[0-9a-f]{6}$/i.test(ink || '') && /^rgba\(.*,\s*0\)$/.test(layout.paper_bgcolor || '')) {
      var page = getComputedStyle(chart).color, rgb = page.match(/[\d.]+/g).slice(0, 3).join(',');
      var old = [1, 3, 5].map(function (at) { return parseInt(ink.slice(at, at + 2), 16); }).join(',');
      figure = JSON.parse(JSON.stringify(figure).split(ink).join(page).split('rgba(' + old + ',').join('rgba(' + rgb + ','));
    }
    return figure;
  }
  // Where nothing can hover, the buttons would always be there, over the title.
  var settings = { displaylogo: false, displayModeBar: matchMedia('(hover: none)').matches ? false : 'hover', modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'] };
  function draw(chart) {
    return load('assets/plotly.min.js').then(function () {
      var figure = inked(chart), live = document.createElement('div');
      live.className = 'live';
      live.style.width = (figure.layout.width || 720) + 'px';
      live.style.height = (figure.layout.height || 450) + 'px';
      chart.append(live);
      // Only a chart that is drawn hides the picture.
      return window.Plotly.newPlot(live, figure.data, figure.layout, settings).then(function () {
        chart.classList.add('drawn');
        drawn.push({ chart: chart, live: live });
      }, function (failure) { live.remove(); throw failure; });
    }).catch(function () { chart.classList.add('failed'); });
  }
  function redraw() {
    drawn.forEach(function (one) {
      var figure = inked(one.chart);
      window.Plotly.react(one.live, figure.data, figure.layout, settings);
    });
  }
  // On a narrow screen a finger that scrolls must not zoom a chart: it is drawn when it is asked for.
  var narrow = matchMedia('(max-width: 760px)');
  var view = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting) return;
      view.unobserve(entry.target);
      draw(entry.target);
    });
  }, { rootMargin: '200px' });
  all('.chart').forEach(function (chart) {
    if (!narrow.matches || !chart.querySelector('.still').firstChild) { view.observe(chart); return; }
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'interact';
    button.textContent = 'Make this chart interactive';
    button.addEventListener('click', function () { button.remove(); draw(chart); });
    chart.append(button);
  });

  // Code: a button that copies; what is wider than the page can be scrolled by keyboard
  all('pre.code').forEach(function (pre) {
    var button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy this code');
    button.addEventListener('click', function () {
      var text = pre.querySelector('code').textContent;
      var done = function () { button.textContent = 'Copied'; setTimeout(function () { button.textContent = 'Copy'; }, 1500); };
      if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, function () {});
    });
    var frame = document.createElement('div');
    frame.className = 'code-frame';
    pre.replaceWith(frame);
    frame.append(pre, button);
  });
  function scrollable() {
    all('main pre, main .scroll, main .display, main .formula, main math[display=block], main .chart, .chapters, .here').forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) {
        box.tabIndex = 0;
        if (!box.hasAttribute('role') && box.tagName !== 'NAV' && box.tagName !== 'math') {
          box.setAttribute('role', 'group');
          box.setAttribute('aria-label', box.matches('.code') ? 'Code' : box.matches('.formula, math') ? 'Formula' : 'Output');
        }
      } else box.removeAttribute('tabindex');
    });
  }
  scrollable();
  addEventListener('resize', scrollable);

  // The notebook in the editor of this machine, when the book lies beside the notebooks
  var editor = document.querySelector('a.editor');
  if (editor && location.protocol === 'file:') {
    editor.href = 'vscode://file' + new URL(editor.dataset.original, location.href).pathname;
    editor.hidden = false;
  }

  // Which section one reads
  var toc = all('.here a').map(function (link) { return { link: link, heading: document.getElementById(decodeURIComponent(link.hash.slice(1))) }; });
  var waiting = false;
  function mark() {
    waiting = false;
    var now = null;
    toc.forEach(function (entry) { if (entry.heading && entry.heading.getBoundingClientRect().top < 120) now = entry; });
    toc.forEach(function (entry) { if (entry === now) entry.link.setAttribute('aria-current', 'true'); else entry.link.removeAttribute('aria-current'); });
  }
  addEventListener('scroll', function () { if (!waiting) { waiting = true; requestAnimationFrame(mark); } }, { passive: true });
  mark();
  document.documentElement.dataset.ready = '1';
})();
