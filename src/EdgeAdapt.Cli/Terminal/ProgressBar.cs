using Spectre.Console;

namespace EdgeAdapt.Cli;

/// <summary>A progress bar with the time left, on a terminal; nothing where output goes to a file or a pipe.</summary>
internal static class ProgressBar
{
    /// <summary>Runs work that reports each of its steps.</summary>
    /// <param name="context">Where the bar is drawn.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">Calls its argument once a step, with a word on what it is doing.</param>
    public static T Run<T>(CommandContext context, string title, int steps, Func<Action<string>, T> work)
    {
        if (!context.Console.Profile.Capabilities.Interactive)
        {
            return work(_ => { });
        }

        return context.Console.Progress()
            .HideCompleted(true)
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(title), maxValue: steps);
                return work(doing =>
                {
                    task.Description = Markup.Escape($"{title}: {doing}");
                    task.Increment(1);
                });
            });
    }

    /// <summary>Runs asynchronous work that reports each of its steps.</summary>
    /// <param name="context">Where the bar is drawn.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">Calls its argument once a step, with a word on what it is doing.</param>
    public static Task RunAsync(CommandContext context, string title, int steps, Func<Action<string>, Task> work) =>
        Task.Run(() => Run(context, title, steps, report =>
        {
            work(report).GetAwaiter().GetResult();
            return true;
        }));
}
