using Spectre.Console;

namespace EdgeAdapt.Cli;

/// <summary>A progress bar with the time left, on a terminal; where output goes to a file or a pipe, a line on standard error now and then.</summary>
internal static class ProgressBar
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs work that reports each of its steps.</summary>
    /// <param name="context">Where the bar is drawn.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="work">Calls its argument once a step, with a word on what it is doing.</param>
    public static T Run<T>(CommandContext context, string title, int steps, Func<Action<string>, T> work)
    {
        if (!context.Console.Profile.Capabilities.Interactive)
        {
            return work(Lines(context, title, steps));
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

    // A run of hours in the background must be seen to move; one of seconds needs no line.
    private static Action<string> Lines(CommandContext context, string title, int steps)
    {
        long start = context.Time.GetTimestamp();
        TimeSpan written = TimeSpan.Zero;
        int done = 0;
        return doing =>
        {
            done++;
            TimeSpan elapsed = context.Time.GetElapsedTime(start);
            if (elapsed - written >= BetweenLines)
            {
                written = elapsed;
                TimeSpan left = elapsed * ((double)Math.Max(0, steps - done) / done);
                context.Error.WriteLine($"{title}: {done} of {steps} steps, {Math.Ceiling(left.TotalMinutes):0} min left ({doing})");
            }
        };
    }
}
