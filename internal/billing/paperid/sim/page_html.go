package sim

// pageTemplate is the payment page in all its states. It needs no script, and works at 320 pixels and with a keyboard.
const pageTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<style>
:root { color-scheme: light dark; --ink: #17202a; --soft: #55606d; --line: #d9dee4; --paper: #fff; --back: #f2f4f7;
  --main: #0b5cad; --on-main: #fff; --good: #0c6b3d; --bad: #a3201d; }
@media (prefers-color-scheme: dark) { :root { --ink: #eef1f4; --soft: #aab4bf; --line: #3a444f; --paper: #1a222b;
  --back: #10161c; --main: #7ab8f5; --on-main: #0c141c; --good: #6bd29d; --bad: #ff9a94; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 1rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.15rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.amount { margin: 1rem 0; font-size: 2rem; font-weight: 700; line-height: 1.2; }
table { width: 100%; border-collapse: collapse; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; }
th, td { padding: .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
tr.total th, tr.total td { border: 0; font-weight: 600; }
td.n { padding-left: 1rem; text-align: right; white-space: nowrap; }
small { display: block; color: var(--soft); }
label { display: block; margin-top: 1rem; font-weight: 600; }
select, button { width: 100%; min-height: 2.75rem; margin-top: .5rem; padding: .5rem; border: 1px solid var(--soft);
  border-radius: .5rem; background: var(--paper); color: var(--ink); font: inherit; }
button { font-weight: 600; cursor: pointer; }
button.main { border-color: var(--main); background: var(--main); color: var(--on-main); }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.note { padding: .75rem; border-left: .3rem solid var(--soft); background: var(--back); }
.note.good { border-color: var(--good); } .note.bad { border-color: var(--bad); }
a { color: var(--main); }
footer { max-width: 34rem; margin: 0 auto; font-size: .875rem; color: var(--soft); text-align: center; }
</style>
</head>
<body>
<main>
{{- if eq .State "unknown"}}
<h1>Page not found</h1>
<p>There is no payment at this address. The link may be incomplete, or the invoice was withdrawn.</p>
{{- else if eq .State "invalid"}}
<h1>Payment not understood</h1>
<p>Go back and choose one of the offered ways to pay.</p>
{{- else}}
<h1>{{.Business}}</h1>
<p class="soft small">{{.Title}}</p>
{{- if eq .State "paid"}}
<p class="note good" role="status">Paid. Thank you, {{.Payer}}. You can close this page.</p>
{{- else if eq .State "expired"}}
<p class="note bad" role="status">This invoice was due on {{.Due}} and can no longer be paid here. Please ask {{.Business}} for a new link.</p>
{{- else if eq .State "cancelled"}}
<p class="note bad" role="status">This payment was cancelled. Please ask {{.Business}} for a new link.</p>
{{- else if .Failed}}
<p class="note bad" role="alert">The payment failed and nothing was charged. You can try again.</p>
{{- end}}
<p class="amount">{{.Open}}</p>
<p class="soft">For {{.Payer}}{{if eq .State "open"}}{{with .Due}} · due {{.}}{{end}}{{end}}</p>
<table>
<caption>What this is for</caption>
<tbody>
{{- range .Lines}}
<tr><th scope="row">{{if gt .Quantity 1}}{{.Quantity}} × {{end}}{{.Name}}{{with .Description}}<small>{{.}}</small>{{end}}</th><td class="n">{{.Amount}}</td></tr>
{{- end}}
{{- with .Total}}
<tr class="total"><th scope="row">Total</th><td class="n">{{.}}</td></tr>
{{- end}}
</tbody>
</table>
{{- if eq .State "open"}}
<form method="post">
{{- if .Ways}}
<label for="method">Pay with</label>
<select id="method" name="method">
{{- range .Ways}}
<option value="{{.Value}}">{{.Name}}</option>
{{- end}}
</select>
{{- end}}
<button class="main" type="submit" name="outcome" value="success">Pay {{.Open}}</button>
<button type="submit" name="outcome" value="failure">Let the payment fail</button>
</form>
{{- end}}
{{- with .RedirectURL}}
<p><a href="{{.}}" rel="noreferrer">Back to the merchant</a></p>
{{- end}}
{{- end}}
</main>
<footer>Simulated payment page. No real money moves here.</footer>
</body>
</html>
`
