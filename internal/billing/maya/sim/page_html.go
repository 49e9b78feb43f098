package sim

// pageTemplate is the hosted page in all its states. It needs no script, and works at 320 pixels and with a keyboard.
const pageTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
<style>
:root { color-scheme: light dark; --ink: #14211b; --soft: #52615a; --line: #d8e2dc; --paper: #fff; --back: #eef5f1;
  --main: #0a7a4b; --on-main: #fff; --good: #0a6b41; --bad: #a3201d; }
@media (prefers-color-scheme: dark) { :root { --ink: #edf4f0; --soft: #a9b8b0; --line: #35443c; --paper: #18211c;
  --back: #0f1613; --main: #5fd7a0; --on-main: #08130d; --good: #6bd29d; --bad: #ff9a94; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; background: var(--back); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 30rem; margin: 1rem auto; padding: 1.5rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.4rem; line-height: 1.3; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.amount { margin: 1rem 0 .25rem; font-size: 2.25rem; font-weight: 700; line-height: 1.2; }
table { width: 100%; border-collapse: collapse; margin: 1.25rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
th, td { padding: .5rem 0; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
td { padding-left: 1rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tfoot th, tfoot td { font-weight: 600; }
small { display: block; color: var(--soft); }
label { display: block; margin-top: 1rem; font-weight: 600; }
select, button, .button { display: block; width: 100%; min-height: 2.75rem; margin-top: .5rem; padding: .6rem; border: 1px solid var(--soft);
  border-radius: .6rem; background: var(--paper); color: var(--ink); font: inherit; text-align: center; }
select { text-align: left; }
button, .button { font-weight: 600; cursor: pointer; text-decoration: none; }
.main { border-color: var(--main); background: var(--main); color: var(--on-main); }
.ways { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: 1rem; }
.ways button { flex: 1 1 5rem; margin: 0; font-weight: 400; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
.note { padding: .75rem; border-left: .3rem solid var(--soft); border-radius: .25rem; background: var(--back); }
.note.good { border-color: var(--good); } .note.bad { border-color: var(--bad); }
footer { max-width: 30rem; margin: 0 auto; font-size: .875rem; color: var(--soft); text-align: center; }
</style>
</head>
<body>
<main>
{{- if eq .State "unknown"}}
<h1>Page not found</h1>
<p>There is no payment at this address. The link may be incomplete.</p>
{{- else if eq .State "invalid"}}
<h1>Payment not understood</h1>
<p>Go back and choose one of the offered ways to pay.</p>
{{- else}}
<h1>{{.Title}}</h1>
{{- if eq .State "paid"}}
<p class="note good" role="status">Paid. Thank you{{with .Buyer}}, {{.}}{{end}}.</p>
{{- else if eq .State "failed"}}
<p class="note bad" role="status">The payment failed and nothing was charged. Please ask {{.Business}} for a new one.</p>
{{- else if eq .State "cancelled"}}
<p class="note bad" role="status">The payment was cancelled and nothing was charged.</p>
{{- else if eq .State "expired"}}
<p class="note bad" role="status">The time to pay ended at {{.Until}}. Please ask {{.Business}} for a new payment.</p>
{{- else if .Left}}
<p class="note" role="status">You left without paying. You can come back to this page until {{.Until}}.</p>
{{- end}}
<p class="amount">{{.Total}}</p>
<p class="soft">{{with .Buyer}}For {{.}}{{end}}{{if eq .State "open"}}{{if .Buyer}} · {{end}}to be paid until {{.Until}} (GMT+8){{end}}</p>
{{- if .Lines}}
<table>
<caption>What this is for</caption>
<tbody>
{{- range .Lines}}
<tr><th scope="row">{{if gt .Quantity 1}}{{.Quantity}} × {{end}}{{.Name}}{{if ne .Description .Name}}<small>{{.Description}}</small>{{end}}</th><td>{{.Amount}}</td></tr>
{{- end}}
</tbody>
<tfoot><tr><th scope="row">Total</th><td>{{.Total}}</td></tr></tfoot>
</table>
{{- end}}
{{- if eq .State "open"}}
<form method="post">
<label for="method">Pay with</label>
<select id="method" name="method">
{{- range .Ways}}
<option value="{{.Value}}">{{.Name}}</option>
{{- end}}
</select>
<button class="main" type="submit" name="outcome" value="success">Pay {{.Total}}</button>
<div class="ways">
<button type="submit" name="outcome" value="failure">Let it fail</button>
<button type="submit" name="outcome" value="cancel">Cancel</button>
<button type="submit" name="outcome" value="leave">Leave</button>
</div>
</form>
{{- else}}
{{- with .Back}}
<a class="button main" href="{{.}}" rel="noreferrer">Back to {{$.Business}}</a>
{{- end}}
{{- end}}
<p class="soft"><small>Reference {{.Number}}</small></p>
{{- end}}
</main>
<footer>Simulated payment page. No real money moves here.</footer>
</body>
</html>
`
