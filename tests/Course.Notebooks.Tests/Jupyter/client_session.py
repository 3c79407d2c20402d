"""Drives an installed kernel with Jupyter's own client, as VS Code and JupyterLab do. Usage: client_session.py KERNEL"""

import sys
import time

from jupyter_client.manager import start_new_kernel

PATIENCE = 60


def run(client, code, answer=None):
    """Runs a cell; returns its reply and its outputs as (type, content)."""
    request = client.execute(code, allow_stdin=answer is not None)
    if answer is not None:
        question = client.get_stdin_msg(timeout=PATIENCE)
        assert question["msg_type"] == "input_request", question
        client.input(answer)
    reply = reply_to(client, request)
    return reply, outputs_of(client, request)


def reply_to(client, request):
    while True:
        message = client.get_shell_msg(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") == request:
            return message["content"]


def outputs_of(client, request):
    outputs = []
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return outputs
        if message["msg_type"] not in ("status", "execute_input"):
            outputs.append((message["msg_type"], content))


def result(outputs):
    return [content["data"]["text/plain"] for kind, content in outputs if kind == "execute_result"]


def main(kernel):
    manager, client = start_new_kernel(kernel_name=kernel, startup_timeout=PATIENCE)
    try:
        _, outputs = run(client, "var words = new List<string> { \"attention\" };\nwords.Count")
        assert result(outputs) == ["1"], outputs

        reply = client.complete("words.Insert", reply=True, timeout=PATIENCE)["content"]
        print("completion:", reply["matches"], reply["cursor_start"], reply["cursor_end"])
        assert set(reply["matches"]) == {"Insert", "InsertRange"}, reply
        assert (reply["cursor_start"], reply["cursor_end"]) == (6, 12), reply

        reply = client.inspect("words.Insert", reply=True, timeout=PATIENCE)["content"]
        print("inspection:", reply["data"]["text/plain"].splitlines()[0])
        assert reply["found"] and "Insert" in reply["data"]["text/plain"], reply

        reply = reply_to(client, client.is_complete("if (true) {"))
        assert reply["status"] == "incomplete", reply

        _, outputs = run(client, "await GetInputAsync(\"Name\")", answer="Ada")
        print("stdin:", result(outputs))
        assert result(outputs) == ["Ada"], outputs

        request = client.execute("Console.WriteLine(\"begun\");\nwhile (true) { }")
        while client.get_iopub_msg(timeout=PATIENCE)["msg_type"] != "stream":
            pass
        began = time.time()
        manager.interrupt_kernel()
        reply = reply_to(client, request)
        print("interrupt: %s after %.2f s" % (reply["ename"], time.time() - began))
        assert reply["status"] == "error", reply
        outputs_of(client, request)
        _, outputs = run(client, "words.Count + 1")
        assert result(outputs) == ["2"], outputs

        manager.restart_kernel(now=False)
        client.wait_for_ready(timeout=PATIENCE)
        reply, outputs = run(client, "words")
        print("restart:", reply["evalue"])
        assert reply["ename"] == "CompilationError", "the variables of the old process are gone"
        print("all is well")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=False)
        assert not manager.is_alive()


main(sys.argv[1])
