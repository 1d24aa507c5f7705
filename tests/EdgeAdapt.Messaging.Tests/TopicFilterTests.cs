namespace EdgeAdapt.Messaging.Tests;

public sealed class TopicFilterTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/B", false)]
    [InlineData("a/b", "a", false)]
    [InlineData("a", "a/b", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/+", "a/b/c", false)]
    [InlineData("+/+", "/a", true)]
    [InlineData("+", "/a", false)]
    [InlineData("a/+/c", "a/b/c", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("a/#", "ab", false)]
    [InlineData("a/b/#", "a", false)]
    [InlineData("$share/g/a/+", "a/b", true)]
    [InlineData("$share/g/a/+", "$share/g/a/b", false)]
    public void Matches_FilterAndTopic_FollowsTheStandard(string filter, string topic, bool expected) =>
        Assert.Equal(expected, TopicFilter.Matches(filter, topic));

    [Theory]
    [InlineData("a/+/b", true)]
    [InlineData("+", true)]
    [InlineData("#", true)]
    [InlineData("/", true)]
    [InlineData("$share/g/a", true)]
    [InlineData("", false)]
    [InlineData("a+", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a/b#", false)]
    [InlineData("a\0", false)]
    [InlineData("$share/g", false)]
    [InlineData("$share//a", false)]
    [InlineData("$share/g/", false)]
    public void IsFilter_Text_FollowsTheStandard(string text, bool expected) => Assert.Equal(expected, TopicFilter.IsFilter(text));

    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/b", "a/c", false)]
    [InlineData("a/+", "+/b", true)]
    [InlineData("a/+/c", "+/b/d", false)]
    [InlineData("#", "a/b/c", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "b/#", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("a/+", "a/b/#", true)]
    [InlineData("$share/g/a/+", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/+", true)]
    public void Overlap_TwoFilters_SaysWhetherATopicBelongsToBoth(string one, string other, bool expected)
    {
        Assert.Equal(expected, TopicFilter.Overlap(one, other));
        Assert.Equal(expected, TopicFilter.Overlap(other, one));
    }

    [Fact]
    public void IsTopic_Lengths_EndsAtWhatMqttCanCarry()
    {
        Assert.True(TopicFilter.IsTopic(new string('x', 65535)));
        Assert.False(TopicFilter.IsTopic(new string('x', 65536)));
        Assert.False(TopicFilter.IsTopic(new string('ü', 40000)));
        Assert.False(TopicFilter.IsTopic("a/+"));
        Assert.False(TopicFilter.IsTopic("a/#"));
        Assert.False(TopicFilter.IsTopic(null));
    }
}
