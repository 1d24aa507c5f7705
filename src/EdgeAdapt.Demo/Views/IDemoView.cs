using EdgeAdapt.Demo.Results;

namespace EdgeAdapt.Demo.Views;

/// <summary>Shows a run while it goes on, and its summary at the end.</summary>
internal interface IDemoView
{
    /// <summary>Runs the demo and shows each state that it hands over.</summary>
    Task ShowAsync(Func<Action<DemoState>, Task> run);

    /// <summary>Shows what came out.</summary>
    /// <param name="result">The result.</param>
    /// <param name="files">Files written, with what each is.</param>
    void Summarize(DemoResult result, IReadOnlyList<(string What, string Path)> files);
}
