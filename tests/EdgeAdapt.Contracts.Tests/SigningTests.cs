using System.Diagnostics;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Contracts.Tests;

public sealed class SigningTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edgeadapt-keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void Create_NewPair_PrivateKeyIsItsOwnersAlone()
    {
        string id = SigningKey.Create(File("a.key"), File("a.pub"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File("a.key")));
        }

        using SigningKey key = SigningKey.Load(File("a.key"));
        Assert.Equal(id, key.Id);
        Assert.Equal([id], TrustedKeys.Load([File("a.pub")]).Ids);
        var refused = Assert.Throws<SigningKeyException>(() => SigningKey.Create(File("a.key"), File("b.pub")));
        Assert.Contains("exists already", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindFault_SignedByATrustedKey_IsNone()
    {
        using SigningKey key = Pair("a");
        byte[] bytes = ParameterSetFile.ToBytes(Samples.Set);
        Assert.Null(Trust("a").FindFault(bytes, key.Sign(bytes)));
        Assert.Null(TrustedKeys.None.FindFault(bytes, null));
    }

    [Fact]
    public void FindFault_KeysExchanged_BelievesBothWhileBothAreTrusted()
    {
        using SigningKey old = Pair("old");
        using SigningKey next = Pair("next");
        byte[] bytes = ParameterSetFile.ToBytes(Samples.Set);
        Assert.Null(Trust("old", "next").FindFault(bytes, old.Sign(bytes)));
        Assert.Null(Trust("old", "next").FindFault(bytes, next.Sign(bytes)));
        Assert.Contains("not trusted here", Trust("next").FindFault(bytes, old.Sign(bytes)), StringComparison.Ordinal);

        // The id is no proof: a wrong one neither opens nor closes the door.
        Assert.Null(Trust("next").FindFault(bytes, next.Sign(bytes) with { KeyId = old.Id }));
        Assert.NotNull(Trust("next").FindFault(bytes, old.Sign(bytes) with { KeyId = next.Id }));
    }

    [Fact]
    public void FindFault_AnyByteChanged_IsRefused()
    {
        using SigningKey key = Pair("a");
        TrustedKeys trusted = Trust("a");
        byte[] bytes = ParameterSetFile.ToBytes(Samples.Set);
        ParameterSignature signature = key.Sign(bytes);
        for (int i = 0; i < bytes.Length; i += 7)
        {
            byte[] changed = [.. bytes];
            changed[i] ^= 1;
            Assert.Contains("does not fit its bytes", trusted.FindFault(changed, signature), StringComparison.Ordinal);
        }

        Assert.NotNull(trusted.FindFault(bytes.AsSpan(0, bytes.Length - 1), signature));
        Assert.Contains("not signed", trusted.FindFault(bytes, null), StringComparison.Ordinal);
        Assert.NotNull(trusted.FindFault(bytes, signature with { Value = "AAAA" }));
        Assert.NotNull(trusted.FindFault(bytes, signature with { Value = "no base64!" }));
    }

    [Fact]
    public void Publication_Signed_CarriesItsSignatureThroughTheMessage()
    {
        using SigningKey key = Pair("a");
        MqttMessage message = Samples.Publication.ToMessage(key);
        ParameterSignature signature = ParametersPublication.SignatureOf(message)!;
        Assert.Equal(key.Id, signature.KeyId);
        Assert.Null(Trust("a").FindFault(message.Payload.Span, signature));
        Assert.True(ParametersPublication.TryParse(message, out _, out string? fault), fault);
        Assert.Null(ParametersPublication.SignatureOf(Samples.Publication.ToMessage()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ecdsa-p256-sha256")]
    [InlineData("ecdsa-p256-sha256 0123456789abcdef")]
    [InlineData("ecdsa-p256-sha256 0123456789abcdeX AAAA")]
    [InlineData("ecdsa-p256-sha256 0123456789abcdef ****")]
    [InlineData("rsa 0123456789abcdef AAAA")]
    [InlineData("ecdsa-p256-sha256 0123456789abcdef AAAA AAAA")]
    public void TryParse_OtherText_IsNoSignature(string text) => Assert.False(ParameterSignature.TryParse(text, out _));

    [Fact]
    public void Sign_KnownKeyPair_IsAcceptedByOpenssl()
    {
        // A signature and a key pair that another implementation judges.
        using SigningKey key = Pair("a");
        byte[] bytes = ParameterSetFile.ToBytes(Samples.Set);
        System.IO.File.WriteAllBytes(File("set"), bytes);
        System.IO.File.WriteAllBytes(File("set.der"), Convert.FromBase64String(key.Sign(bytes).Value));
        (int status, string output) = OpenSsl("dgst", "-sha256", "-verify", File("a.pub"), "-signature", File("set.der"), File("set"));
        Assert.True(status == 0, output);

        // And the other way round, with a key in the form that openssl writes.
        OpenSsl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", File("o.key"));
        OpenSsl("ec", "-in", File("o.key"), "-pubout", "-out", File("o.pub"));
        OpenSsl("dgst", "-sha256", "-sign", File("o.key"), "-out", File("o.der"), File("set"));
        TrustedKeys trusted = Trust("o");
        Assert.Null(trusted.FindFault(bytes, new ParameterSignature(trusted.Ids[0], Convert.ToBase64String(System.IO.File.ReadAllBytes(File("o.der"))))));
        using SigningKey theirs = SigningKey.Load(File("o.key"));
        Assert.Equal(trusted.Ids[0], theirs.Id);
    }

    [Fact]
    public void Load_WrongFiles_SayWhatBelongsThere()
    {
        using SigningKey key = Pair("a");
        System.IO.File.WriteAllText(File("text"), "hello");
        OpenSsl("ecparam", "-name", "secp384r1", "-genkey", "-noout", "-out", File("p384.key"));
        Assert.Contains("keys new", Fault(() => SigningKey.Load(File("absent"))), StringComparison.Ordinal);
        Assert.Contains("private key", Fault(() => SigningKey.Load(File("a.pub"))), StringComparison.Ordinal);
        Assert.Contains("stays with the cloud", Fault(() => TrustedKeys.Load([File("a.key")])), StringComparison.Ordinal);
        Assert.Contains("private key", Fault(() => SigningKey.Load(File("text"))), StringComparison.Ordinal);
        Assert.Contains("another curve", Fault(() => SigningKey.Load(File("p384.key"))), StringComparison.Ordinal);
    }

    private static string Fault(Func<object> load) => Assert.Throws<SigningKeyException>(() => { load(); }).Message;

    private static (int Status, string Output) OpenSsl(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private SigningKey Pair(string name)
    {
        SigningKey.Create(File(name + ".key"), File(name + ".pub"));
        return SigningKey.Load(File(name + ".key"));
    }

    private TrustedKeys Trust(params string[] names) => TrustedKeys.Load(names.Select(n => File(n + ".pub")));

    private string File(string name) => Path.Combine(_folder, name);
}
