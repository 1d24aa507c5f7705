using EdgeAdapt.Gradients.Graphs;
using EdgeAdapt.Onnx.Graphs;

namespace EdgeAdapt.Gradients.Losses;

/// <summary>
/// The loss and its closed-form gradient for the logits, as graph nodes. Formulas: see <see cref="TrainingLoss"/>; with p, q the
/// softmax of student and teacher, ŷ the teacher's class, and everything times m/Σm,
/// dL/dz = α·w_s·(−p·(log p + H)) + β·w_t·T·(p_T − q_T) + γ·w_t·(p − 1[ŷ]).
/// </summary>
internal sealed class LossGraph
{
    /// <summary>
    /// Logits are kept within ±10³⁰: −∞ (a class ruled out) would make 0·∞ in the entropy, and the difference of two
    /// logits near the largest float would overflow.
    /// </summary>
    private const float LargestLogit = 1e30f;

    private static readonly long[] Classes = [1];
    private readonly GraphWriter _writer;
    private readonly string _share;
    private readonly string _weighs;
    private readonly string _margin;

    public LossGraph(GraphWriter writer)
    {
        _writer = writer;
        string mask = writer.Reshape(writer.Input(GradientGraphNames.SampleMask, [-1]), -1, 1);
        _share = writer.Over(mask, writer.Sum(mask, [0], true));
        _weighs = writer.Input(GradientGraphNames.WeighByEntropy, []);
        _margin = writer.Input(GradientGraphNames.EntropyMargin, []);
    }

    /// <summary>Σ m·w·H / Σ m.</summary>
    /// <param name="logits">Logits <c>[N, K]</c>.</param>
    /// <returns>dL/dlogits <c>[N, K]</c>. The losses become a graph output.</returns>
    public string EmitEntropy(string logits)
    {
        SoftmaxGraph student = Softmax(Clamp(logits));
        string weight = _writer.Times(_share, Weight(student.Entropy));
        string zero = _writer.Reshape(_writer.Constant(0f), 1);
        OutputLosses(Total(weight, student.Entropy), zero, zero);
        return _writer.Times(weight, EntropyGradient(student));
    }

    /// <summary>The student's loss of CEMA.</summary>
    /// <param name="logits">The student's logits <c>[N, K]</c>.</param>
    /// <param name="classes">K.</param>
    /// <returns>dL/dlogits <c>[N, K]</c>. The losses become a graph output.</returns>
    public string EmitDistillation(string logits, long classes)
    {
        string alpha = _writer.Input(GradientGraphNames.Alpha, []);
        string beta = _writer.Input(GradientGraphNames.Beta, []);
        string gamma = _writer.Input(GradientGraphNames.Gamma, []);
        string temperature = _writer.Input(GradientGraphNames.Temperature, []);
        string studentLogits = Clamp(logits);
        string teacherLogits = Clamp(_writer.Input(GradientGraphNames.TeacherLogits, [-1, classes]));
        SoftmaxGraph student = Softmax(studentLogits);
        SoftmaxGraph teacher = Softmax(teacherLogits);
        SoftmaxGraph softStudent = Softmax(_writer.Over(studentLogits, temperature));
        SoftmaxGraph softTeacher = Softmax(_writer.Over(teacherLogits, temperature));
        string label = _writer.Add("OneHot",
            [_writer.Add("ArgMax", [teacherLogits], ("axis", 1), ("keepdims", false)), _writer.Constant([classes]),
                _writer.Initializer(TensorContents.Floats(string.Empty, [0, 1], 2), "off_on")], ("axis", 1));

        string studentWeight = _writer.Times(_writer.Times(_share, Weight(student.Entropy)), alpha);
        string teacherWeight = _writer.Times(_share, Weight(teacher.Entropy));
        string softWeight = _writer.Times(_writer.Times(teacherWeight, beta), temperature);
        string labelWeight = _writer.Times(teacherWeight, gamma);
        string divergence = _writer.Sum(
            _writer.Times(softTeacher.Probabilities, _writer.Minus(softTeacher.Logarithms, softStudent.Logarithms)), Classes, true);
        string crossEntropy = _writer.Negative(_writer.Sum(_writer.Times(label, student.Logarithms), Classes, true));
        OutputLosses(
            Total(studentWeight, student.Entropy), Total(_writer.Times(softWeight, temperature), divergence), Total(labelWeight, crossEntropy));

        string gradient = _writer.Times(studentWeight, EntropyGradient(student));
        gradient = _writer.Plus(gradient, _writer.Times(softWeight, _writer.Minus(softStudent.Probabilities, softTeacher.Probabilities)));
        return _writer.Plus(gradient, _writer.Times(labelWeight, _writer.Minus(student.Probabilities, label)));
    }

    private string Clamp(string logits) => _writer.Add("Clip", [logits, _writer.Constant(-LargestLogit), _writer.Constant(LargestLogit)]);

    private SoftmaxGraph Softmax(string logits)
    {
        string logarithms = _writer.Add("LogSoftmax", [logits], ("axis", 1));
        string probabilities = _writer.Add("Exp", [logarithms]);
        string entropy = _writer.Negative(_writer.Sum(_writer.Times(probabilities, logarithms), Classes, true));
        return new SoftmaxGraph(logarithms, probabilities, entropy);
    }

    /// <summary>exp(weighs·(E_max − H)) <c>[N, 1]</c>, which is 1 without a margin.</summary>
    private string Weight(string entropy) => _writer.Add("Exp", [_writer.Times(_writer.Minus(_margin, entropy), _weighs)]);

    /// <summary>−p·(log p + H) <c>[N, K]</c>.</summary>
    private string EntropyGradient(SoftmaxGraph student) =>
        _writer.Negative(_writer.Times(student.Probabilities, _writer.Plus(student.Logarithms, student.Entropy)));

    private string Total(string weights, string values) => _writer.Reshape(_writer.Sum(_writer.Times(weights, values), [0], true), 1);

    private void OutputLosses(string entropy, string distillation, string label) =>
        _writer.Output(_writer.Add("Concat", [entropy, distillation, label], ("axis", 0)), GradientGraphNames.Losses);

    /// <summary>log p <c>[N, K]</c>, p <c>[N, K]</c> and H <c>[N, 1]</c>.</summary>
    private sealed record SoftmaxGraph(string Logarithms, string Probabilities, string Entropy);
}
