using System.CommandLine;
using System.CommandLine.Parsing;
using EdgeAdapt.Datasets;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Cli;

/// <summary>Ties a verb's work to its command.</summary>
public static class VerbAction
{
    /// <summary>
    /// Runs <paramref name="action"/> when the command is called. Expected failures become one line on standard error and
    /// <see cref="ExitCode.Failure"/>, wrong arguments <see cref="ExitCode.Usage"/>; anything else is a bug and keeps its stack trace.
    /// </summary>
    public static void Set(Command command, CommandContext context, Func<ParseResult, CancellationToken, Task<ExitCode>> action)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(context);
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                // The library listens for Ctrl-C only once this method has returned a task: a verb that computes must not hold it up.
                return (int)await Task.Run(() => action(parsed, cancellation), CancellationToken.None).ConfigureAwait(false);
            }
            catch (UsageException e)
            {
                return Fail(context, parsed, $"{e.Message} See '{Called(parsed)} --help'.", ExitCode.Usage);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return Fail(context, parsed, "stopped.", ExitCode.Cancelled);
            }
            catch (Exception e) when (e is OnnxModelException or DatasetException or ModelManifestException or ParameterSetFormatException or SigningKeyException
                or IOException or UnauthorizedAccessException)
            {
                return Fail(context, parsed, e.Message, ExitCode.Failure);
            }
        });
    }

    /// <summary>The command as it was called, for example "edgeadapt bench step".</summary>
    internal static string Called(ParseResult parsed)
    {
        var path = new Stack<string>();
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
        {
            if (result is CommandResult command)
            {
                path.Push(command.Command.Name);
            }
        }

        return string.Join(' ', path);
    }

    private static int Fail(CommandContext context, ParseResult parsed, string message, ExitCode code)
    {
        context.Error.WriteLine($"{Called(parsed)}: {message.ReplaceLineEndings(" ")}");
        return (int)code;
    }
}
