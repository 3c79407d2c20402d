"use strict";

const $ = id => document.getElementById(id);
let messages = [];
let running = null;

const percent = logprob => `${(100 * Math.exp(logprob)).toFixed(1)} %`;

function addMessage(role, text) {
  const item = document.createElement("li");
  item.className = role;
  const who = document.createElement("b");
  who.textContent = role === "user" ? "You" : "Assistant";
  const body = document.createElement("span");
  body.textContent = text;
  item.append(who, body);
  $("log").append(item);
  item.scrollIntoView({ block: "end" });
  return body;
}

// One token: its shade says how likely it was, its description what else it might have been.
function addToken(body, token) {
  const span = document.createElement("span");
  span.className = "token";
  span.tabIndex = 0;
  span.style.setProperty("--p", Math.exp(token.logprob).toFixed(3));
  span.textContent = token.token;
  const others = token.top_logprobs.map(t => `${JSON.stringify(t.token)} ${percent(t.logprob)}`).join(", ");
  span.title = `${percent(token.logprob)}; likeliest: ${others}`;
  span.setAttribute("aria-label", `${token.token}, ${span.title}`);
  body.append(span);
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    buffer += value;
    let end;
    while ((end = buffer.indexOf("\n\n")) >= 0) {
      const data = buffer.slice(0, end).replace(/^data: /, "");
      buffer = buffer.slice(end + 2);
      if (data === "[DONE]") return;
      yield JSON.parse(data);
    }
  }
}

async function ask(question) {
  const probabilities = $("probabilities").checked;
  messages.push({ role: "user", content: question });
  addMessage("user", question);
  const body = addMessage("assistant", "");
  running = new AbortController();
  $("send").disabled = true;
  $("stop").hidden = false;
  $("status").textContent = "The assistant is writing.";
  let answer = "";
  try {
    const response = await fetch("/v1/chat/completions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      signal: running.signal,
      body: JSON.stringify({
        model: $("model").value,
        messages,
        stream: true,
        temperature: Number($("temperature").value),
        ...(probabilities ? { logprobs: true, top_logprobs: 5 } : {}),
      }),
    });
    if (!response.ok) throw new Error((await response.json()).error.message);
    for await (const event of events(response)) {
      const choice = event.choices[0];
      if (!choice) continue;
      answer += choice.delta.content ?? "";
      if (probabilities) choice.logprobs?.content.forEach(token => addToken(body, token));
      else body.textContent = answer;
    }
    $("status").textContent = "The answer is complete.";
  } catch (error) {
    const stopped = error.name === "AbortError";
    $("status").textContent = stopped ? "Stopped." : "";
    if (!stopped) {
      body.textContent = error.message;
      body.className = "error";
      body.setAttribute("role", "alert");
    }
  } finally {
    running = null;
    $("send").disabled = false;
    $("stop").hidden = true;
    if (answer) messages.push({ role: "assistant", content: answer });
    else messages.pop();
    $("question").focus();
  }
}

$("form").addEventListener("submit", event => {
  event.preventDefault();
  const question = $("question").value.trim();
  if (!question || running) return;
  $("question").value = "";
  ask(question);
});
$("question").addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("form").requestSubmit();
  }
});
$("stop").addEventListener("click", () => running?.abort());
$("clear").addEventListener("click", () => {
  running?.abort();
  messages = [];
  $("log").replaceChildren();
  $("status").textContent = "New conversation.";
  $("question").focus();
});

fetch("/v1/models").then(response => response.json()).then(list => {
  $("model").replaceChildren(...list.data.map(model => new Option(model.id, model.id)));
  $("question").focus();
});
