namespace EdgeAdapt.Adaptation.Tests;

public sealed class SymmetricMatrixTests
{
    [Fact]
    public void Apply_RandomMatrix_SquareRootTwiceIsTheMatrixAndInverseUndoesIt()
    {
        const int n = 32;
        var generator = new SeededGenerator(2);
        double[][] factor = [.. Enumerable.Range(0, n).Select(_ => Vector(generator, n))];
        double[,] matrix = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                matrix[i, j] = factor.Sum(row => row[i] * row[j]) + (i == j ? 0.1 : 0);
            }
        }

        var decomposed = new SymmetricMatrix(matrix);
        double[] x = Vector(generator, n);
        double[] product = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => matrix[i, j] * x[j]))];
        double[] twice = decomposed.Apply(Math.Sqrt, decomposed.Apply(Math.Sqrt, x));
        Assert.All(product.Zip(twice), p => Assert.Equal(p.First, p.Second, 1e-9));
        Assert.All(x.Zip(decomposed.Apply(v => 1 / v, product)), p => Assert.Equal(p.First, p.Second, 1e-9));
        Assert.Equal(Enumerable.Range(0, n).Sum(i => matrix[i, i]), decomposed.Values.Sum(), 1e-9);
    }

    [Fact]
    public void Values_KnownMatrix_AreOneAndThree() =>
        Assert.All(new SymmetricMatrix(new double[,] { { 2, 1 }, { 1, 2 } }).Values.Order().Zip([1d, 3d]), p => Assert.Equal(p.Second, p.First, 1e-12));

    private static double[] Vector(SeededGenerator generator, int n) => [.. Enumerable.Range(0, n).Select(_ => generator.NextNormal())];
}
