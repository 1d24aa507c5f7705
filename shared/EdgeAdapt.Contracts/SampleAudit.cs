namespace EdgeAdapt.Contracts;

/// <summary>
/// Marks a sample that was drawn at random among all answered frames. All that are marked, selected or not, are a random sample of what the device sees, so the share of them
/// on which device and teacher agree estimates without bias on how many frames they do.
/// </summary>
/// <param name="Class">The class that the device answered, from 0.</param>
/// <param name="Selected">Whether the entropy filter selected it too; one that it did not is not to be learnt from.</param>
public sealed record SampleAudit(int Class, bool Selected);
