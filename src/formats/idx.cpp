#include "idx.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include <resdyn/core/error.hpp>

#include "file_kind.hpp"
#include "widening.hpp"

namespace resdyn {

namespace fs = std::filesystem;

namespace {

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

std::optional<IdxType> type_of(unsigned char code) {
    for (const IdxType type : {IdxType::UnsignedByte, IdxType::SignedByte, IdxType::Int16,
                               IdxType::Int32, IdxType::Float32, IdxType::Float64}) {
        if (code == static_cast<unsigned char>(type)) {
            return type;
        }
    }
    return std::nullopt;
}

StoredType stored_type(IdxType type) {
    const StoredKind kind = type == IdxType::UnsignedByte ? StoredKind::Unsigned
                            : type == IdxType::Float32 || type == IdxType::Float64
                                ? StoredKind::Float
                                : StoredKind::Signed;
    return {kind, static_cast<std::size_t>(size_of(type)), true};
}

constexpr int most_dimensions = 4;

using Word = std::array<unsigned char, 4>;

bool begins_idx(const Word& word) {
    return word[0] == 0 && word[1] == 0 && type_of(word[2]) && word[3] >= 1 &&
           word[3] <= most_dimensions;
}

/// Type and dimensions, from the beginning of the file.
IdxArray read_header(ByteReader& reader) {
    Word word{};
    const std::size_t got = reader.read(word.data(), word.size());
    if (got < word.size() || !begins_idx(word)) {
        // What the file is instead is told by more of its bytes.
        std::vector<unsigned char> more(1024);
        more.resize(reader.read(more.data(), more.size()));
        std::string bytes(word.begin(), word.begin() + static_cast<long>(got));
        bytes.append(more.begin(), more.end());
        const FileNature nature = nature_of(bytes);
        const bool is_array = nature.kind == FileKind::Idx;
        reject_input(
            reader.where(), "an IDX array (magic 00 00, a type from 08 to 0e, 1 to 4 dimensions)",
            is_array ? fmt::format("00 00 {:02x} {:02x}", word[2], word[3]) : nature.description);
    }
    IdxArray array;
    array.type = *type_of(word[2]);
    array.shape.resize(word[3]);
    for (Index& size : array.shape) {
        if (reader.read(word.data(), word.size()) != word.size()) {
            reject_input(reader.where(), fmt::format("{} IDX dimensions", array.shape.size()),
                         "the end of the file");
        }
        size = Index{word[0]} << 24 | Index{word[1]} << 16 | Index{word[2]} << 8 | Index{word[3]};
    }
    return array;
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

}  // namespace

Index size_of(IdxType type) {
    switch (type) {
        case IdxType::UnsignedByte:
        case IdxType::SignedByte:
            return 1;
        case IdxType::Int16:
            return 2;
        case IdxType::Int32:
        case IdxType::Float32:
            return 4;
        case IdxType::Float64:
            return 8;
    }
    return 1;
}

Index IdxArray::size() const {
    return static_cast<Index>(bytes.size()) / size_of(type);
}

Eigen::VectorXf IdxArray::values() const {
    using Bytes = Eigen::Matrix<unsigned char, Eigen::Dynamic, 1>;
    if (type == IdxType::UnsignedByte) {
        return Eigen::Map<const Bytes>(bytes.data(), size()).cast<float>();
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // Nothing of an IDX type is beyond what doubles hold.
    const std::vector<double> numbers = widened(text, stored_type(type)).value();
    return Eigen::Map<const Vector>(numbers.data(), size()).cast<float>();
}

IdxArray read_idx(const fs::path& path) {
    ByteReader reader(path);
    IdxArray array = read_header(reader);
    const std::uint64_t claimed =
        claimed_size(array.shape, reader.where()) * static_cast<std::uint64_t>(size_of(array.type));
    constexpr std::uint64_t chunk = std::uint64_t{1} << 22;
    while (array.bytes.size() < claimed) {
        const std::size_t before = array.bytes.size();
        const std::size_t wanted = std::min<std::uint64_t>(chunk, claimed - before);
        array.bytes.resize(before + wanted);
        const std::size_t got = reader.read(array.bytes.data() + before, wanted);
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

bool is_idx_file(const fs::path& path) {
    if (!fs::is_regular_file(path)) {
        return false;  // opening a pipe to look at it would disturb who writes into it
    }
    try {
        ByteReader reader(path);
        Word word{};
        return reader.read(word.data(), word.size()) == word.size() && begins_idx(word);
    } catch (const InputError&) {
        return false;
    }
}

}  // namespace resdyn
