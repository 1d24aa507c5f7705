using System.Net.Sockets;
using System.Text;
using EdgeAdapt.Edge.Core.Tests;
using EdgeAdapt.Edge.Server.Protocol;
using EdgeAdapt.Testing.Models;

namespace EdgeAdapt.Edge.Server.Tests;

/// <summary>
/// The examples of the Open Inference Protocol (inference_rest.md) and of its binary tensor extension (extension_binary_data.md), byte for byte. Their model has
/// two inputs of integers, so on the wire the same bytes with this model's input stand for them.
/// </summary>
public sealed class ProtocolExampleTests
{
    private const string JsonExample = """
        {
          "id" : "42",
          "inputs" : [
            {
              "name" : "input0",
              "shape" : [ 2, 2 ],
              "datatype" : "UINT32",
              "data" : [ 1, 2, 3, 4 ]
            },
            {
              "name" : "input1",
              "shape" : [ 3 ],
              "datatype" : "BOOL",
              "data" : [ true ]
            }
          ],
          "outputs" : [
            {
              "name" : "output0"
            }
          ]
        }
        """;

    private const string BinaryExample = """
        {
          "model_name" : "mymodel",
          "inputs" : [
            {
              "name" : "input0",
              "shape" : [ 2, 2 ],
              "datatype" : "UINT32",
              "parameters" : {
                "binary_data_size" : 16
              }
            },
            {
              "name" : "input1",
              "shape" : [ 3 ],
              "datatype" : "BOOL",
              "parameters" : {
                "binary_data_size" : 3
              }
            }
          ],
          "outputs" : [
            {
              "name" : "output0",
              "parameters" : {
                "binary_data" : true
              }
            }
          ]
        }
        """;

    [Fact]
    public void Read_JsonExample_FindsEveryPart()
    {
        byte[] body = Encoding.UTF8.GetBytes(JsonExample);
        InferenceRequest request = InferenceRequestReader.Read(body, null);
        Assert.Equal("42", request.Id);
        Assert.False(request.BinaryOutput);
        Assert.Equal([new RequestedOutput("output0", null)], request.Outputs);
        Assert.Equal(["'input0' (UINT32 [2, 2])", "'input1' (BOOL [3])"], request.Inputs.Select(i => i.Description));
        Assert.Equal("[ 1, 2, 3, 4 ]", Encoding.UTF8.GetString(request.Inputs[0].Data.Span));
        Assert.Equal("[ true ]", Encoding.UTF8.GetString(request.Inputs[1].Data.Span));
    }

    [Fact]
    public void Read_BinaryExample_TakesTheBytesBehindTheObject()
    {
        byte[] json = Encoding.UTF8.GetBytes(BinaryExample);
        byte[] tensors = [.. Enumerable.Range(0, 19).Select(i => (byte)i)];
        InferenceRequest request = InferenceRequestReader.Read((byte[])[.. json, .. tensors], json.Length);
        Assert.Null(request.Id);
        Assert.Equal([new RequestedOutput("output0", true)], request.Outputs);
        Assert.Equal([16, 3], request.Inputs.Select(i => i.Data.Length));
        Assert.Equal(tensors[..16], request.Inputs[0].Data.ToArray());
        Assert.Equal(tensors[16..], request.Inputs[1].Data.ToArray());
    }

    [Fact]
    public void Write_AnswersOfTheExamples_AreTheirJsonAndBytes()
    {
        float[] values = [1.0f, 1.1f, 2.0f, 2.1f, 3.0f, 3.1f];
        (ReadOnlyMemory<byte> body, int? header) = InferenceResponseWriter.Write(
            new InferenceResponse("mymodel", "42", 7, 9, [new ResponseTensor("output0", [3, 2], values, null, IsBinary: false)]));
        Assert.Null(header);
        Assert.Equal(
            """{"model_name":"mymodel","id":"42","parameters":{"parameter_version":7,"statistics_generation":9},"outputs":[{"name":"output0","shape":[3,2],"datatype":"FP32","data":[1,1.1,2,2.1,3,3.1]}]}""",
            Encoding.UTF8.GetString(body.Span));

        (body, header) = InferenceResponseWriter.Write(
            new InferenceResponse("mymodel", null, 7, 9, [new ResponseTensor("output0", [3, 2], values, null, IsBinary: true)]));
        Assert.Equal(
            """{"model_name":"mymodel","parameters":{"parameter_version":7,"statistics_generation":9},"outputs":[{"name":"output0","shape":[3,2],"datatype":"FP32","parameters":{"binary_data_size":24}}]}""",
            Encoding.UTF8.GetString(body.Span[..header!.Value]));
        Assert.Equal(WireRequest.Floats(values), body[header.Value..].ToArray());
        Assert.Equal(24, body.Length - header.Value);
    }

    [Fact]
    public async Task Wire_BinaryExample_AnswersWithTheHeadersOfTheExample()
    {
        await using ServerFixture server = await ServerFixture.StartAsync();
        float[] image = TinyClassifier.ToTensor(TinyImages.Render(5, 1).Frames).Values;
        string json = $$"""
            {
              "model_name" : "tiny",
              "inputs" : [
                {
                  "name" : "images",
                  "shape" : [ 1, 3, 12, 12 ],
                  "datatype" : "FP32",
                  "parameters" : {
                    "binary_data_size" : {{image.Length * 4}}
                  }
                }
              ],
              "outputs" : [
                {
                  "name" : "logits",
                  "parameters" : {
                    "binary_data" : true
                  }
                }
              ]
            }
            """;
        string head = $"POST /v2/models/tiny/infer HTTP/1.1\r\nHost: localhost:8000\r\nContent-Type: application/octet-stream\r\nInference-Header-Content-Length: {json.Length}\r\n" +
            $"Content-Length: {json.Length + (image.Length * 4)}\r\nConnection: close\r\n\r\n";
        byte[] answer = await ExchangeAsync(server.Server.Address, [.. Encoding.ASCII.GetBytes(head + json), .. WireRequest.Floats(image)]);
        int split = answer.AsSpan().IndexOf("\r\n\r\n"u8);
        string[] headers = Encoding.ASCII.GetString(answer, 0, split).Split("\r\n");
        const string expected = """{"model_name":"tiny","parameters":{"parameter_version":0,"statistics_generation":0},"outputs":[{"name":"logits","shape":[1,4],"datatype":"FP32","parameters":{"binary_data_size":16}}]}""";
        Assert.Equal("HTTP/1.1 200 OK", headers[0]);
        Assert.Contains("Content-Type: application/octet-stream", headers);
        Assert.Contains($"Inference-Header-Content-Length: {expected.Length}", headers);
        Assert.Contains($"Content-Length: {expected.Length + 16}", headers);
        byte[] logits = WireRequest.Floats(Tiny.Logits(Tiny.Model.Source, TinyClassifier.ToTensor(TinyImages.Render(5, 1).Frames)));
        Assert.Equal([.. Encoding.ASCII.GetBytes(expected), .. logits], answer[(split + 4)..]);
    }

    /// <summary>Sends bytes as they are and reads until the server closes the connection.</summary>
    /// <param name="address">The server.</param>
    /// <param name="request">What to send.</param>
    /// <param name="endOfRequest">Whether to say that nothing follows; a server takes that for a client that goes away.</param>
    internal static async Task<byte[]> ExchangeAsync(Uri address, byte[] request, bool endOfRequest = false)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).Reasonable();
        NetworkStream stream = client.GetStream();
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request).AsTask().Reasonable();
            if (endOfRequest)
            {
                client.Client.Shutdown(SocketShutdown.Send);
            }

            await stream.CopyToAsync(answer).Reasonable();
        }
        catch (IOException)
        {
            // A server that has seen enough of nonsense resets the connection.
        }

        return answer.ToArray();
    }
}
