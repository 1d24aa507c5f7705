namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>The answer to a request.</summary>
/// <param name="ModelName">The model that answered.</param>
/// <param name="Id">The request's id; null for none.</param>
/// <param name="ParameterVersion">Version of the parameter set that computed every row.</param>
/// <param name="StatisticsGeneration">How often its statistics had been refreshed.</param>
/// <param name="Outputs">The outputs, in the order asked for.</param>
internal sealed record InferenceResponse(string ModelName, string? Id, long ParameterVersion, long StatisticsGeneration, IReadOnlyList<ResponseTensor> Outputs);
