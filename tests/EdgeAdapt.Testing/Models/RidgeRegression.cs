using EdgeAdapt.Onnx.Sessions;

namespace EdgeAdapt.Testing.Models;

/// <summary>Fits a linear layer to features in closed form.</summary>
internal static class RidgeRegression
{
    /// <summary>Least squares from features <c>[N, D]</c> to one-hot labels, with a penalty on the weights.</summary>
    /// <returns>Weights <c>[K, D]</c> and bias <c>[K]</c>, multiplied by <paramref name="scale"/> so that softmax is decided.</returns>
    public static (float[] Weights, float[] Bias) Fit(FloatTensor features, int[] labels, int classes, double strength, double scale)
    {
        int size = features.SampleLength + 1;
        double[,] system = new double[size, size + classes];
        for (int i = 0; i < features.Count; i++)
        {
            double[] row = [.. features.Sample(i).ToArray().Select(v => (double)v), 1];
            for (int a = 0; a < size; a++)
            {
                for (int b = 0; b < size; b++)
                {
                    system[a, b] += row[a] * row[b];
                }

                system[a, size + labels[i]] += row[a];
            }
        }

        for (int a = 0; a < size - 1; a++)
        {
            system[a, a] += strength;
        }

        Eliminate(system, size);
        float[] weights = new float[classes * (size - 1)];
        float[] bias = new float[classes];
        for (int k = 0; k < classes; k++)
        {
            for (int d = 0; d < size - 1; d++)
            {
                weights[(k * (size - 1)) + d] = (float)(scale * system[d, size + k] / system[d, d]);
            }

            bias[k] = (float)(scale * system[size - 1, size + k] / system[size - 1, size - 1]);
        }

        return (weights, bias);
    }

    /// <summary>Gauss-Jordan elimination in place. A symmetric positive definite matrix needs no pivoting.</summary>
    private static void Eliminate(double[,] system, int size)
    {
        for (int pivot = 0; pivot < size; pivot++)
        {
            for (int row = 0; row < size; row++)
            {
                double factor = row == pivot ? 0 : system[row, pivot] / system[pivot, pivot];
                for (int column = pivot; factor != 0 && column < system.GetLength(1); column++)
                {
                    system[row, column] -= factor * system[pivot, column];
                }
            }
        }
    }
}
