namespace Course.Notebooks.Jupyter.Messages;

/// <summary>Which record stands for which <c>msg_type</c>.</summary>
internal static class MessageTypes
{
    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["execute_request"] = typeof(ExecuteRequest),
        ["execute_reply"] = typeof(ExecuteReply),
        ["execute_input"] = typeof(ExecuteInput),
        ["interrupt_request"] = typeof(InterruptRequest),
        ["interrupt_reply"] = typeof(InterruptReply),
        ["status"] = typeof(StatusMessage),
        ["iopub_welcome"] = typeof(IopubWelcome),
        ["stream"] = typeof(StreamMessage),
        ["display_data"] = typeof(DisplayData),
        ["update_display_data"] = typeof(UpdateDisplayData),
        ["execute_result"] = typeof(ExecuteResult),
        ["error"] = typeof(ErrorMessage),
        ["clear_output"] = typeof(ClearOutput),
        ["input_request"] = typeof(InputRequestMessage),
        ["input_reply"] = typeof(InputReply),
        ["complete_request"] = typeof(CompleteRequest),
        ["complete_reply"] = typeof(CompleteReply),
        ["inspect_request"] = typeof(InspectRequest),
        ["inspect_reply"] = typeof(InspectReply),
        ["is_complete_request"] = typeof(IsCompleteRequest),
        ["is_complete_reply"] = typeof(IsCompleteReply),
        ["history_request"] = typeof(HistoryRequest),
        ["history_reply"] = typeof(HistoryReply),
        ["kernel_info_request"] = typeof(KernelInfoRequest),
        ["kernel_info_reply"] = typeof(KernelInfoReply),
        ["shutdown_request"] = typeof(ShutdownRequest),
        ["shutdown_reply"] = typeof(ShutdownReply),
        ["comm_info_request"] = typeof(CommInfoRequest),
        ["comm_info_reply"] = typeof(CommInfoReply),
        ["comm_open"] = typeof(CommOpen),
        ["comm_msg"] = typeof(CommMsg),
        ["comm_close"] = typeof(CommClose),
    };

    private static readonly Dictionary<Type, string> Names = Types.ToDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All message types.</summary>
    public static IReadOnlyDictionary<string, Type> All => Types;

    /// <summary>The record of a message type, or <see langword="null"/> for a type this version does not know.</summary>
    public static Type? TypeOf(string name) => Types.GetValueOrDefault(name);

    /// <summary>The <c>msg_type</c> of a content.</summary>
    public static string NameOf(MessageContent content) => content switch
    {
        UnknownContent unknown => unknown.Type,
        FailedReply failed => failed.Type,
        _ => Names[content.GetType()],
    };
}
