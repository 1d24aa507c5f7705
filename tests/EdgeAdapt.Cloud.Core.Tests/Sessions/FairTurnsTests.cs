using EdgeAdapt.Cloud.Core.Sessions;

namespace EdgeAdapt.Cloud.Core.Tests.Sessions;

public sealed class FairTurnsTests
{
    [Fact]
    public void Next_EverybodyHasWork_TakesEachInTurn()
    {
        var turns = new FairTurns<string>();
        turns.Add("a");
        turns.Add("b");
        turns.Add("c");
        string[] six = [.. Enumerable.Range(0, 6).Select(_ => turns.Next(_ => true)!)];
        Assert.Equal(3, six[..3].Distinct().Count());
        Assert.Equal(six[..3], six[3..]);
    }

    [Fact]
    public void Next_SomebodyNew_ComesBeforeThoseWhoHadTurns()
    {
        var turns = new FairTurns<string>();
        turns.Add("a");
        turns.Next(_ => true);
        turns.Add("b");
        Assert.Equal("b", turns.Next(_ => true));
        Assert.Equal("a", turns.Next(_ => true));
    }

    [Fact]
    public void Next_NobodyHasWork_IsNull()
    {
        var turns = new FairTurns<string>();
        turns.Add("a");
        Assert.Null(turns.Next(_ => false));
        Assert.Null(new FairTurns<string>().Next(_ => true));
    }
}
