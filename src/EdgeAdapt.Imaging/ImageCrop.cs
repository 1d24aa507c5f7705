namespace EdgeAdapt.Imaging;

/// <summary>How an image of any shape is brought to the size of a model's input.</summary>
public enum ImageCrop
{
    /// <summary>The shorter side is resized, then the centre is cut out. Proportions stay, the margins are lost.</summary>
    Center,

    /// <summary>Height and width are resized to the input's, each on its own. Nothing is lost, proportions change.</summary>
    None,
}
