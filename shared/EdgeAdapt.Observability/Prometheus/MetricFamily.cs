namespace EdgeAdapt.Observability.Prometheus;

/// <summary>One instrument at one moment.</summary>
/// <param name="Name">The instrument's name, for example <c>edgeadapt.outbox.size</c>.</param>
/// <param name="Kind">What its numbers mean.</param>
/// <param name="Unit">In UCUM, for example <c>s</c>, <c>By</c> or <c>{frame}</c>; null for none.</param>
/// <param name="Description">A sentence; null for none.</param>
/// <param name="Points">One for each set of attributes.</param>
public sealed record MetricFamily(string Name, MetricKind Kind, string? Unit, string? Description, IReadOnlyList<MetricPoint> Points);
