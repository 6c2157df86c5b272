#include <resdyn/io/idx.hpp>

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace fs = std::filesystem;

namespace {

constexpr int unsigned_byte = 8;
/// An array this large is a mistake of the header, or too much for this program.
constexpr std::uint64_t largest_array = std::uint64_t{1} << 32;

/// A plain or gzip file, read in order.
class ByteReader {
  public:
    explicit ByteReader(const fs::path& path)
        : where_(path.string()), file_(gzopen(path.c_str(), "rb"), gzclose) {
        if (!fs::is_regular_file(path)) {
            reject_input(where_, "an IDX file", fs::exists(path) ? "a folder" : "no such file");
        }
        if (!file_) {
            reject_input(where_, "an IDX file that can be read", std::strerror(errno));
        }
    }

    /// Up to `wanted` bytes into `target`; fewer only at the end of the file.
    std::size_t read(unsigned char* target, std::size_t wanted) {
        const int got = gzread(file_.get(), target, static_cast<unsigned>(wanted));
        int code = Z_OK;
        gzerror(file_.get(), &code);
        if (got < 0 || code != Z_OK) {
            reject_input(where_, "a whole gzip file", "a truncated or damaged one");
        }
        return static_cast<std::size_t>(got);
    }

    const std::string& where() const { return where_; }

  private:
    std::string where_;
    std::unique_ptr<gzFile_s, int (*)(gzFile)> file_;
};

std::vector<Index> read_shape(ByteReader& reader) {
    std::array<unsigned char, 4> word{};
    const bool whole = reader.read(word.data(), word.size()) == word.size();
    constexpr int most_dimensions = 4;
    if (!whole || word[0] != 0 || word[1] != 0 || word[2] != unsigned_byte || word[3] < 1 ||
        word[3] > most_dimensions) {
        reject_input(
            reader.where(), "an IDX file of unsigned bytes (magic 00 00 08 and 1 to 4)",
            whole ? fmt::format("{:02x} {:02x} {:02x} {:02x}", word[0], word[1], word[2], word[3])
                  : "fewer than 4 bytes");
    }
    std::vector<Index> shape(word[3]);
    for (Index& size : shape) {
        if (reader.read(word.data(), word.size()) != word.size()) {
            reject_input(reader.where(), fmt::format("{} IDX dimensions", shape.size()),
                         "the end of the file");
        }
        size = Index{word[0]} << 24 | Index{word[1]} << 16 | Index{word[2]} << 8 | Index{word[3]};
    }
    return shape;
}

std::uint64_t claimed_size(const std::vector<Index>& shape, const std::string& where) {
    std::uint64_t size = 1;
    for (const Index dimension : shape) {
        // Each factor is below 2^32 and the product so far at most 2^32: no overflow.
        size *= static_cast<std::uint64_t>(dimension);
        if (size == 0 || size > largest_array) {
            reject_input(where,
                         fmt::format("IDX dimensions with a product of 1 to {}", largest_array),
                         fmt::format("{}", fmt::join(shape, "x")));
        }
    }
    return size;
}

/// The name with `from` replaced by `to` where it occurs; empty if it does not.
std::string renamed(const std::string& name, std::string_view from, std::string_view to) {
    const std::size_t at = name.find(from);
    return at == std::string::npos
               ? std::string()
               : name.substr(0, at) + std::string(to) + name.substr(at + from.size());
}

}  // namespace

IdxArray read_idx(const fs::path& path) {
    ByteReader reader(path);
    IdxArray array;
    array.shape = read_shape(reader);
    const std::uint64_t claimed = claimed_size(array.shape, reader.where());
    constexpr std::uint64_t chunk = std::uint64_t{1} << 22;
    while (array.values.size() < claimed) {
        const std::size_t before = array.values.size();
        const std::size_t wanted = std::min<std::uint64_t>(chunk, claimed - before);
        array.values.resize(before + wanted);
        const std::size_t got = reader.read(array.values.data() + before, wanted);
        if (got < wanted) {
            reject_input(
                reader.where(),
                fmt::format("{} bytes of values for {}", claimed, fmt::join(array.shape, "x")),
                fmt::format("{}", before + got));
        }
    }
    unsigned char extra = 0;
    if (reader.read(&extra, 1) != 0) {
        reject_input(reader.where(),
                     fmt::format("{} bytes of values for {}", claimed, fmt::join(array.shape, "x")),
                     "more");
    }
    return array;
}

fs::path idx_labels_beside(const fs::path& images) {
    const std::string name = images.filename().string();
    std::string labels = renamed(name, "images-idx3", "labels-idx1");
    if (labels.empty()) {
        labels = renamed(name, "images.idx3", "labels.idx1");
    }
    if (labels.empty()) {
        reject_input(images.string(),
                     "a name like train-images-idx3-ubyte, so that the labels can be found", name);
    }
    const fs::path same = images.parent_path() / labels;
    const fs::path other = same.extension() == ".gz" ? fs::path(same).replace_extension()
                                                     : fs::path(same.string() + ".gz");
    if (!fs::exists(same) && !fs::exists(other)) {
        reject_input(images.string(), fmt::format("its labels {} beside it", labels),
                     "no such file");
    }
    return fs::exists(same) ? same : other;
}

Dataset read_idx_dataset(const fs::path& images, const fs::path& labels) {
    const IdxArray pixels = read_idx(images);
    const IdxArray classes = read_idx(labels);
    if (pixels.shape.size() < 2) {
        reject_input(images.string(), "images, an IDX array of 2 to 4 dimensions", "1 dimension");
    }
    if (classes.shape.size() != 1 || classes.shape[0] != pixels.shape[0]) {
        reject_input(labels.string(), fmt::format("{} labels as there are images", pixels.shape[0]),
                     fmt::format("{}", fmt::join(classes.shape, "x")));
    }
    const Index count = pixels.shape[0];
    const Index width = static_cast<Index>(pixels.values.size()) / count;
    using Bytes = Eigen::Matrix<unsigned char, Eigen::Dynamic, Eigen::Dynamic>;
    Dataset data;
    data.name = images.filename().string();
    data.scaling = "pixel/255";
    constexpr float white = 255.0F;
    data.inputs = Eigen::Map<const Bytes>(pixels.values.data(), width, count).cast<float>() / white;
    data.labels = Eigen::Map<const Bytes>(classes.values.data(), count, 1).cast<int>();
    data.classes = data.labels.maxCoeff() + 1;
    if (pixels.shape.size() == 3) {
        data.image_rows = pixels.shape[1];
        data.image_cols = pixels.shape[2];
    }
    validate(data);
    return data;
}

}  // namespace resdyn
