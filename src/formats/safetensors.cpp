#include <resdyn/formats/safetensors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include <resdyn/core/error.hpp>

#include "file_kind.hpp"
#include "widening.hpp"

namespace resdyn {

static_assert(std::endian::native == std::endian::little, "safetensors are written byte by byte");

namespace {

using Json = nlohmann::json;

constexpr std::size_t length_bytes = 8;
/// The limit of the format's own implementation.
constexpr std::uint64_t largest_header = 100'000'000;
constexpr const char* metadata_key = "__metadata__";

std::size_t item_size(TensorType type) {
    return type == TensorType::F32 ? sizeof(float) : sizeof(double);
}

/// Parses JSON and refuses an object that has a key twice, which the parser would take silently.
Json parse_json(std::string_view text, std::string_view where) {
    std::vector<std::set<std::string>> keys;
    std::optional<std::string> twice;
    const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::object_start) {
            keys.emplace_back();
        } else if (event == Json::parse_event_t::object_end) {
            keys.pop_back();
        } else if (event == Json::parse_event_t::key &&
                   !keys.back().insert(parsed.get<std::string>()).second) {
            twice = parsed.get<std::string>();
        }
        return true;
    };
    Json json;
    try {
        json = Json::parse(text, watch);
    } catch (const Json::exception&) {
        reject_input(where, "a safetensors header in JSON", "text that is none");
    }
    if (twice) {
        reject_input(where, "every key once in the safetensors header",
                     fmt::format("\"{}\" twice", *twice));
    }
    if (!json.is_object()) {
        reject_input(where, "a safetensors header that is a JSON object", json.type_name());
    }
    return json;
}

/// The types of the format whose numbers doubles can hold.
constexpr std::array<std::pair<std::string_view, StoredType>, 13> readable_types = {{
    {"BOOL", {StoredKind::Bool, 1}},
    {"I8", {StoredKind::Signed, 1}},
    {"U8", {StoredKind::Unsigned, 1}},
    {"I16", {StoredKind::Signed, 2}},
    {"U16", {StoredKind::Unsigned, 2}},
    {"I32", {StoredKind::Signed, 4}},
    {"U32", {StoredKind::Unsigned, 4}},
    {"I64", {StoredKind::Signed, 8}},
    {"U64", {StoredKind::Unsigned, 8}},
    {"F16", {StoredKind::Float, 2}},
    {"BF16", {StoredKind::BFloat, 2}},
    {"F32", {StoredKind::Float, 4}},
    {"F64", {StoredKind::Float, 8}},
}};

std::optional<StoredType> readable_type(std::string_view name) {
    const auto* found = std::find_if(readable_types.begin(), readable_types.end(),
                                     [&](const auto& known) { return known.first == name; });
    return found == readable_types.end() ? std::nullopt : std::optional(found->second);
}

/// A tensor's place in the buffer behind the header.
struct Entry {
    std::string name;
    Tensor tensor;
    std::optional<StoredType> type;  ///< none: not one whose numbers can be read.
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

std::vector<std::uint64_t> whole_numbers(const Json& entry, const char* key,
                                         std::string_view where) {
    const auto found = entry.find(key);
    const bool is_list = found != entry.end() && found->is_array() &&
                         std::all_of(found->begin(), found->end(),
                                     [](const Json& n) { return n.is_number_unsigned(); });
    if (!is_list) {
        reject_input(where, fmt::format("\"{}\", a list of whole numbers >= 0", key),
                     found == entry.end() ? "none" : "something else");
    }
    return found->get<std::vector<std::uint64_t>>();
}

Entry parse_entry(const std::string& name, const Json& json, std::string_view file) {
    const std::string where = fmt::format("{}, tensor {}", file, name);
    Entry entry;
    entry.name = name;
    if (!json.is_object()) {
        reject_input(where, "a JSON object", json.type_name());
    }
    const auto dtype = json.find("dtype");
    if (dtype == json.end() || !dtype->is_string()) {
        reject_input(where, "a dtype such as F32", dtype == json.end() ? "none" : "something else");
    }
    entry.tensor.stored = dtype->get<std::string>();
    entry.type = readable_type(entry.tensor.stored);
    entry.tensor.type = entry.type && entry.type->fits_single() ? TensorType::F32 : TensorType::F64;
    std::uint64_t count = 1;
    for (const std::uint64_t size : whole_numbers(json, "shape", where)) {
        constexpr std::uint64_t limit = std::numeric_limits<std::int32_t>::max();
        if (size > limit || (size > 0 && count > limit / size)) {
            reject_input(where, fmt::format("a shape of at most {} numbers", limit),
                         "a larger one");
        }
        count *= size;
        entry.tensor.shape.push_back(static_cast<Index>(size));
    }
    const std::vector<std::uint64_t> offsets = whole_numbers(json, "data_offsets", where);
    const bool fits = offsets.size() == 2 && offsets[1] >= offsets[0] &&
                      (!entry.type || offsets[1] - offsets[0] == count * entry.type->size);
    if (!fits) {
        reject_input(where,
                     entry.type
                         ? fmt::format("data_offsets that span {} bytes", count * entry.type->size)
                         : "data_offsets, a begin and an end",
                     fmt::format("{}", fmt::join(offsets, " to ")));
    }
    entry.begin = offsets[0];
    entry.end = offsets[1];
    return entry;
}

std::map<std::string, std::string> parse_metadata(const Json& json, std::string_view where) {
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : json.items()) {
        if (value.is_structured() || value.is_null()) {
            reject_input(where, fmt::format("text in the metadata \"{}\"", key), value.type_name());
        }
        metadata[key] = value.is_string() ? value.get<std::string>() : value.dump();
    }
    return metadata;
}

/// The header's bytes: everything between the length and the tensors.
std::string_view header_of(std::string_view bytes, std::string_view where) {
    if (bytes.size() < length_bytes) {
        reject_input(where, "a safetensors file of at least 8 bytes",
                     fmt::format("{}", bytes.size()));
    }
    if (bytes.size() == length_bytes || bytes[length_bytes] != '{') {
        reject_input(where, "a safetensors file", nature_of(bytes).description);
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), length_bytes);
    const std::uint64_t room = std::min<std::uint64_t>(bytes.size() - length_bytes, largest_header);
    if (length > room) {
        reject_input(where, fmt::format("a safetensors header length of at most {}", room),
                     fmt::format("{}", length));
    }
    return bytes.substr(length_bytes, length);
}

}  // namespace

std::string_view to_string(TensorType type) {
    return type == TensorType::F32 ? "F32" : "F64";
}

std::string shape_text(const std::vector<Index>& shape) {
    return shape.empty() ? "one number" : fmt::format("{}", fmt::join(shape, "x"));
}

Safetensors parse_safetensors(std::string_view bytes, std::string_view where) {
    const std::string_view header = header_of(bytes, where);
    const std::string_view buffer = bytes.substr(length_bytes + header.size());
    const Json json = parse_json(header, where);
    Safetensors content;
    std::vector<Entry> entries;
    for (const auto& [name, value] : json.items()) {
        if (name == metadata_key) {
            content.metadata = parse_metadata(value, where);
        } else {
            entries.push_back(parse_entry(name, value, where));
        }
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t expected = 0;
    for (const Entry& entry : entries) {
        if (entry.begin != expected || entry.end > buffer.size()) {
            reject_input(
                fmt::format("{}, tensor {}", where, entry.name),
                fmt::format("bytes from {} on, within the {} of the file", expected, buffer.size()),
                fmt::format("{} to {}", entry.begin, entry.end));
        }
        expected = entry.end;
    }
    if (expected != buffer.size()) {
        reject_input(where, fmt::format("{} bytes of tensors", expected),
                     fmt::format("{}", buffer.size()));
    }
    for (Entry& entry : entries) {
        const std::string_view stored = buffer.substr(entry.begin, entry.end - entry.begin);
        std::optional<std::vector<double>> values;
        if (entry.type) {
            values = widened(stored, *entry.type);
        }
        if (values) {
            entry.tensor.values = std::move(*values);
            content.tensors.emplace(entry.name, std::move(entry.tensor));
        } else {
            content.unread.emplace(entry.name, fmt::format("{}, {}", entry.tensor.stored,
                                                           shape_text(entry.tensor.shape)));
        }
    }
    return content;
}

std::string format_safetensors(const Safetensors& content) {
    Json header = Json::object();
    if (!content.metadata.empty()) {
        header[metadata_key] = content.metadata;
    }
    std::string buffer;
    for (const auto& [name, tensor] : content.tensors) {
        Index count = 1;
        for (const Index size : tensor.shape) {
            count *= size;
        }
        if (count != static_cast<Index>(tensor.values.size())) {
            reject_argument("tensor " + name, fmt::format("{} values", count),
                            fmt::format("{}", tensor.values.size()));
        }
        const std::size_t begin = buffer.size();
        for (const double value : tensor.values) {
            const auto single = static_cast<float>(value);
            const bool is_single = tensor.type == TensorType::F32;
            buffer.append(is_single ? reinterpret_cast<const char*>(&single)
                                    : reinterpret_cast<const char*>(&value),
                          item_size(tensor.type));
        }
        header[name] = {{"dtype", to_string(tensor.type)},
                        {"shape", tensor.shape},
                        {"data_offsets", {begin, buffer.size()}}};
    }
    std::string text = header.dump();
    text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');
    const std::uint64_t length = text.size();
    std::string bytes(length_bytes, '\0');
    std::memcpy(bytes.data(), &length, length_bytes);
    return bytes + text + buffer;
}

}  // namespace resdyn
