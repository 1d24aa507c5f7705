namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>A stored sample that a step needed could not be read back. The store no longer lists it, so that the step can be tried again.</summary>
public sealed class SampleUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="id">The sample's identifier.</param>
    public SampleUnavailableException(string id) : base($"The stored sample {id} is damaged; the step is repeated without it.")
    {
    }
}
