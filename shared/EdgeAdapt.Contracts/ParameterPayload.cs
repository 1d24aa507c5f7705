using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Contracts;

/// <summary>Payloads in the form of a parameter set.</summary>
internal static class ParameterPayload
{
    private const int LongestReason = 300;

    /// <summary>Reads a payload; null, and a fault in the reader, where it is damaged, unfit for use by any model, or of another form.</summary>
    public static ParameterSet? Read(MqttMessage message, PropertyReader properties)
    {
        if (message.ContentType != ContentTypes.Parameters)
        {
            properties.Refuse($"has content type '{PropertyReader.Quoted(message.ContentType ?? string.Empty)}' where {ContentTypes.Parameters} belongs. Check who publishes there");
            return null;
        }

        ParameterSet set;
        try
        {
            set = ParameterSetFile.FromBytes(message.Payload.Span);
        }
        catch (ParameterSetFormatException e)
        {
            properties.Refuse($"holds no readable parameter set: {PropertyReader.Quoted(e.Message, LongestReason).TrimEnd('.')}");
            return null;
        }

        if (!ContentHash.IsSha256(set.Manifest.BaseModelSha256))
        {
            properties.Refuse("names no base model by a SHA-256 in lower-case hexadecimal. Check the sender's version");
        }

        if (set.Manifest.Version < 0)
        {
            properties.Refuse("holds a set with a version below 0. Check the sender's version");
        }

        foreach ((string name, float[] values) in set.Tensors)
        {
            if (!values.All(float.IsFinite))
            {
                properties.Refuse($"holds NaN or infinity in tensor '{PropertyReader.Quoted(name)}'. The last good set stays in use; find out what diverged at the sender");
            }
        }

        return set;
    }
}
