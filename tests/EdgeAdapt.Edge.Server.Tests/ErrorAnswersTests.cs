using EdgeAdapt.Edge.Core.Tests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EdgeAdapt.Edge.Server.Tests;

public sealed class ErrorAnswersTests
{
    [Theory]
    [InlineData(true, StatusCodes.Status200OK)]
    [InlineData(false, StatusCodes.Status499ClientClosedRequest)]
    public async Task InvokeAsync_ClientGone_LeavesTheStatusOfAResponseThatHasStarted(bool started, int status)
    {
        var response = new Response(started);
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(response);
        var answers = new ErrorAnswers(new RequestGuard(new ServerOptions()), new ListLogger());
        context.Request.Host = new HostString("localhost");
        await answers.InvokeAsync(context, _ => throw new OperationCanceledException());
        Assert.Equal(status, context.Response.StatusCode);
    }

    /// <summary>As Kestrel's: what is on its way cannot be changed.</summary>
    private sealed class Response(bool started) : HttpResponseFeature, IHttpResponseFeature
    {
        public override bool HasStarted => started;

        int IHttpResponseFeature.StatusCode
        {
            get => StatusCode;
            set => StatusCode = started ? throw new InvalidOperationException("The response has started.") : value;
        }
    }
}
