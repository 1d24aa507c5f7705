namespace EdgeAdapt.Edge.Server;

/// <summary>What a request needs to change the model or to see a picture.</summary>
internal enum AccessRule
{
    /// <summary>Nothing: the server listens for its own device alone.</summary>
    Open,

    /// <summary>The bearer token.</summary>
    Token,

    /// <summary>It is refused: the server listens for others, and there is no token to give.</summary>
    Closed,
}
