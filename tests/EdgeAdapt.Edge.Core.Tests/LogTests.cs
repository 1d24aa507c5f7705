using System.Reflection;
using Microsoft.Extensions.Logging;

namespace EdgeAdapt.Edge.Core.Tests;

public sealed class LogTests
{
    [Fact]
    public void EventIds_AllMessages_AreUniqueAndInTheEdgeBlock()
    {
        int[] ids = [.. typeof(EdgeAgent).Assembly.GetTypes().SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => m.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(a => a.EventId)];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct().Order(), ids.Order());
        Assert.All(ids, id => Assert.InRange(id, 1000, 1999));
    }
}
