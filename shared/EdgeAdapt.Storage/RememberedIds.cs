using System.Buffers.Binary;
using System.Globalization;

namespace EdgeAdapt.Storage;

/// <summary>
/// The content ids of samples that are gone on purpose, the newest of them, kept in one file: 8 bytes of signature, then 16 bytes an id, oldest first. New ones are
/// appended, and the file is written anew when it holds twice as many as are remembered. Not thread safe.
/// </summary>
public sealed class RememberedIds
{
    private const int IdLength = 16;
    private static readonly byte[] Signature = "EAACKS01"u8.ToArray();
    private readonly string _path;
    private readonly int _capacity;
    private readonly IDurableDisk _disk;
    private readonly bool _forced;
    private readonly Queue<UInt128> _order = new();
    private readonly HashSet<UInt128> _known = [];
    private int _written;
    private bool _appendable;

    /// <summary>Reads the file; one that is missing, or no file of this kind, is replaced when ids are added.</summary>
    /// <param name="path">The file.</param>
    /// <param name="capacity">Ids that are remembered, 0 or more; 0 writes no file.</param>
    /// <param name="disk">Where it is written.</param>
    /// <param name="forced">
    /// Whether <see cref="Add"/> forces ids to the disk, which costs an fsync each time. If not, a power cut may take those that were added last, or leave nonsense in
    /// their place, which is the id of no sample.
    /// </param>
    /// <param name="unreadable">Told why the file cannot be read, which then counts as missing; null has the exception pass.</param>
    /// <exception cref="IOException">It cannot be read now, and <paramref name="unreadable"/> is null.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read, and <paramref name="unreadable"/> is null.</exception>
    public RememberedIds(string path, int capacity, IDurableDisk disk, bool forced, Action<string>? unreadable = null)
    {
        ArgumentNullException.ThrowIfNull(disk);
        _path = path;
        _capacity = capacity;
        _disk = disk;
        _forced = forced;
        byte[] file = Read(path, unreadable);
        if (!file.AsSpan().StartsWith(Signature))
        {
            return;
        }

        for (int at = Signature.Length; at + IdLength <= file.Length; at += IdLength)
        {
            Remember(BinaryPrimitives.ReadUInt128BigEndian(file.AsSpan(at)));
            _written++;
        }

        // Behind half an id the next one would be read from the wrong place.
        _appendable = (file.Length - Signature.Length) % IdLength == 0;
    }

    /// <summary>How many are remembered.</summary>
    public int Count => _order.Count;

    /// <summary>Whether an id is remembered. False for what is no id.</summary>
    public bool Contains(string id) => TryParse(id, out UInt128 value) && _known.Contains(value);

    /// <summary>Remembers ids and writes them; those that are known already are skipped.</summary>
    /// <exception cref="IOException">The disk is full or failing; they are remembered until the process ends.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written to; they are remembered until the process ends.</exception>
    public void Add(IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (_capacity == 0)
        {
            return;
        }

        UInt128[] fresh = [.. ids.Select(id => TryParse(id, out UInt128 value) ? value : (UInt128?)null).OfType<UInt128>().Where(Remember)];
        if (fresh.Length == 0)
        {
            return;
        }

        bool append = _appendable && _written + fresh.Length <= 2L * _capacity;

        // Until it has succeeded: a disk that fills up in the middle leaves a part of an id behind.
        _appendable = false;
        if (append)
        {
            _disk.Append(_path, ToBytes(fresh), _forced);
            _written += fresh.Length;
        }
        else
        {
            _disk.Write(_path, [Signature, ToBytes([.. _order])]);
            _written = _order.Count;
        }

        _appendable = true;
    }

    private static byte[] Read(string path, Action<string>? unreadable)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllBytes(path) : [];
        }
        catch (Exception e) when (unreadable is not null && (e is IOException or UnauthorizedAccessException))
        {
            unreadable(e.Message);
            return [];
        }
    }

    private static bool TryParse(string id, out UInt128 value) => UInt128.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static byte[] ToBytes(UInt128[] ids)
    {
        byte[] bytes = new byte[ids.Length * IdLength];
        for (int i = 0; i < ids.Length; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(i * IdLength), ids[i]);
        }

        return bytes;
    }

    private bool Remember(UInt128 id)
    {
        if (!_known.Add(id))
        {
            return false;
        }

        _order.Enqueue(id);
        if (_order.Count > _capacity)
        {
            _known.Remove(_order.Dequeue());
        }

        return true;
    }
}
