namespace EdgeAdapt.Datasets;

/// <summary>Which part of a data set is meant where a folder holds both.</summary>
public enum DatasetSplit
{
    /// <summary>The held-back images that accuracy is measured on.</summary>
    Test,

    /// <summary>The images that models are trained on.</summary>
    Train,
}
