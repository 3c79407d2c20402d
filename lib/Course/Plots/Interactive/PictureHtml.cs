using System.Net;
using System.Security.Cryptography;
using System.Text;
using Course.Plots.Svg;

namespace Course.Plots.Interactive;

/// <summary>
/// Puts the static and the interactive form of a picture into one piece of HTML. The static one is an <c>img</c> with a
/// <c>data:</c> address: previews that sanitise notebooks remove inline SVG, styles and scripts, but keep images.
/// </summary>
internal static class PictureHtml
{
    /// <summary>The version of plotly.js that Plotly.NET 6.0.0 is made for.</summary>
    public const string PlotlyVersion = "2.28.0";

    /// <summary>SHA-384 of that file, which the browser checks before it runs it. A test compares it with Plotly.NET's own copy.</summary>
    public const string PlotlyIntegrity = "sha384-53bFwj3AXyrFzPyqXWI5rZuuEa3GbWeuLmgC04XqmiE7CairskQMPvcdXh+OLuir";

    private const string PlotlyAddress = "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@" + PlotlyVersion + "/plotly.min.js";

    // 1. The image becomes part of the page, where it takes the colour of the page's text: right in every theme.
    // 2. plotly.js is asked for once per page, from the network, and where there is none, from the kernel's own copy
    //    (PlotlyCopy). While it loads, "define" is hidden: the classic Notebook has an AMD loader, which would swallow the library.
    // 3. The chart takes the text's colour too, and only when it is drawn does the static picture step aside.
    private const string Script = """
        (function(id,figure){
        var page=window;
        function load(url){return new Promise(function(done,fail){
        var amd=page.define,s=document.createElement('script');
        page.define=undefined;
        s.src=url;s.integrity='INTEGRITY';s.crossOrigin='anonymous';
        s.onload=function(){page.define=amd;page.Plotly?done(page.Plotly):fail()};
        s.onerror=function(){page.define=amd;fail()};
        document.head.appendChild(s)})}
        function plotly(){
        if(page.Plotly&&page.Plotly.newPlot)return Promise.resolve(page.Plotly);
        return page.coursePlotly=page.coursePlotly||load('ADDRESS').catch(function(){return load('NEARBY')})}
        document.querySelectorAll('[data-course-picture="'+id+'"]').forEach(function(host){
        var still=host.querySelector('img');
        if(!still||host.dataset.done)return;
        host.dataset.done=1;
        var bytes=Uint8Array.from(atob(still.src.split(',')[1]),function(c){return c.charCodeAt(0)});
        var svg=new DOMParser().parseFromString(new TextDecoder().decode(bytes),'image/svg+xml').documentElement;
        svg.removeAttribute('color');svg.setAttribute('role','img');svg.setAttribute('aria-label',still.alt);
        svg.style.maxWidth='100%';svg.style.height='auto';
        still.replaceWith(svg);
        if(!figure)return;
        var box=document.createElement('div');
        plotly().then(function(Plotly){
        var ink=getComputedStyle(host).color,rgb=(ink.match(/[\d.]+/g)||[]).slice(0,3).join(',');
        var f=JSON.parse(JSON.stringify(figure).split('INK').join(ink).split('RGBA').join('rgba('+rgb+','));
        box.style.width=f.layout.width+'px';box.style.height=f.layout.height+'px';
        svg.style.display='none';host.appendChild(box);
        return Plotly.newPlot(box,f.data,f.layout,{displaylogo:false,modeBarButtonsToRemove:['select2d','lasso2d','autoScale2d']})
        }).catch(function(){box.remove();svg.style.display=''})})
        })
        """;

    private static readonly string ScriptText = Script
        .Replace("ADDRESS", PlotlyAddress, StringComparison.Ordinal)
        .Replace("NEARBY", PlotlyCopy.Address, StringComparison.Ordinal)
        .Replace("INTEGRITY", PlotlyIntegrity, StringComparison.Ordinal)
        .Replace("INK", Palette.NeutralInk, StringComparison.Ordinal)
        .Replace("RGBA", Palette.NeutralInkRgba, StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "", StringComparison.Ordinal);

    public static string Write(Picture picture)
    {
        var drawing = picture.Draw();
        var svg = Encoding.UTF8.GetBytes(drawing.ToString());
        var form = InteractiveForm.Of(picture);
        var json = form.Json ?? "null";

        // Named by its content, not by chance: running a notebook again gives the same text.
        var id = Convert.ToHexStringLower(SHA256.HashData([.. svg, .. Encoding.UTF8.GetBytes(json)]))[..12];
        var html = new StringBuilder();
        html.Append("<div data-course-picture=\"").Append(id).Append("\" style=\"overflow-x:auto\">").Append(Image(picture, drawing, svg));
        if (form.WhyNot is { } reason)
        {
            html.Append("<p><em>").Append(WebUtility.HtmlEncode(reason)).Append("</em></p>");
        }

        html.Append("<script>").Append(ScriptText).Append("(\"").Append(id).Append("\",").Append(json).Append(")</script></div>");
        return html.ToString();
    }

    /// <summary>The static form alone, for pictures that go with something else.</summary>
    public static string WriteStill(Picture picture)
    {
        var drawing = picture.Draw();
        return Image(picture, drawing, Encoding.UTF8.GetBytes(drawing.ToString()));
    }

    private static string Image(Picture picture, SvgDrawing drawing, byte[] svg)
    {
        var description = WebUtility.HtmlEncode(Label.Visible(picture.Title + " " + picture.Description));
        return $"<img width=\"{Numbers.Pixel(drawing.Width)}\" alt=\"{description}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(svg)}\">";
    }
}
