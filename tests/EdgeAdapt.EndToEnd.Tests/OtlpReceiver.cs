using System.Net;
using System.Text;
using EdgeAdapt.Demo.Processes;

namespace EdgeAdapt.EndToEnd.Tests;

/// <summary>
/// A collector for OTLP over HTTP that keeps what it gets. It reads the fields of the protocol's messages by their numbers (opentelemetry-proto 1.x:
/// trace/v1/trace.proto, metrics/v1/metrics.proto), independent of any library that writes them.
/// </summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _work;
    private readonly Lock _gate = new();
    private readonly List<OtlpSpan> _spans = [];
    private readonly HashSet<string> _metrics = new(StringComparer.Ordinal);
    private readonly List<Exception> _faults = [];

    public OtlpReceiver()
    {
        Address = $"http://127.0.0.1:{FreePort.Find()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _work = Task.Run(WorkAsync);
    }

    public string Address { get; }

    public IReadOnlyList<OtlpSpan> Spans
    {
        get
        {
            lock (_gate)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>Each as <c>service/name</c>.</summary>
    public IReadOnlyList<string> Metrics
    {
        get
        {
            lock (_gate)
            {
                return [.. _metrics];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _work;
        Assert.Empty(_faults);
    }

    private async Task WorkAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Assert.Equal("application/x-protobuf", context.Request.ContentType);
                Take(context.Request.Url!.AbsolutePath, body.ToArray());
                context.Response.Close();
            }
            catch (Exception e)
            {
                _faults.Add(e);
                context.Response.Abort();
            }
        }
    }

    private void Take(string path, byte[] body)
    {
        lock (_gate)
        {
            foreach (ReadOnlyMemory<byte> perResource in Fields(body, 1))
            {
                string service = ServiceOf(perResource);
                foreach (ReadOnlyMemory<byte> entry in Fields(perResource, 2).SelectMany(scope => Fields(scope, 2)))
                {
                    switch (path)
                    {
                        case "/v1/traces":
                            _spans.Add(SpanOf(service, entry));
                            break;
                        case "/v1/metrics":
                            _metrics.Add($"{service}/{Text(entry, 1)}");
                            break;
                        default:
                            throw new InvalidDataException($"Nothing is taken at {path}.");
                    }
                }
            }
        }
    }

    private static OtlpSpan SpanOf(string service, ReadOnlyMemory<byte> span) => new(
        service, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4), Attributes(span, 9), [.. Fields(span, 13).Select(l => (Hex(l, 1), Hex(l, 2)))]);

    private static string ServiceOf(ReadOnlyMemory<byte> perResource) => Attributes(Fields(perResource, 1).Single(), 1)["service.name"];

    private static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field) =>
        Fields(message, field).ToDictionary(a => Text(a, 1), a => Fields(a, 2).Select(v => Text(v, 1)).FirstOrDefault() ?? string.Empty);

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault().Span);

    /// <summary>The length-delimited fields of a number; others are stepped over.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int number)
    {
        List<ReadOnlyMemory<byte>> found = [];
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(message.Span, ref at);
                    if ((int)(tag >> 3) == number)
                    {
                        found.Add(message.Slice(at, length));
                    }

                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is not one of protobuf 3.");
            }
        }

        return at == message.Length ? found : throw new InvalidDataException("A field is longer than its message.");
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
