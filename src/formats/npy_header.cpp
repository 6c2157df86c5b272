#include "npy_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include <resdyn/core/error.hpp>

#include "file_kind.hpp"

namespace resdyn {

namespace {

/// Sizes above this are no matrix of ours; the bound keeps products of dimensions from overflowing.
constexpr Index largest_dimension = Index{1} << 28;
/// NumPy's own limit on dimensions.
constexpr std::size_t most_npy_dimensions = 32;

/// Reads the header from its beginning on, token by token.
class HeaderReader {
  public:
    HeaderReader(std::string_view text, std::string_view where) : rest_(text), where_(where) {}

    NpyHeader read() {
        NpyHeader header;
        std::set<std::string> keys;
        need('{', "a dictionary");
        while (!takes('}')) {
            const std::string key = quoted("a key in quotes");
            need(':', "a colon behind the key");
            if (!keys.insert(key).second) {
                reject_input(where_, ".npy header keys once each",
                             fmt::format("{} twice", shown(key)));
            }
            if (key == "descr") {
                header.type = element_type();
            } else if (key == "fortran_order") {
                header.fortran_order = truth();
            } else if (key == "shape") {
                header.shape = shape();
            } else {
                reject_input(where_, "the .npy header keys descr, fortran_order and shape",
                             shown(key));
            }
            if (!takes(',')) {
                need('}', "a comma or the end of the dictionary");
                break;
            }
        }
        for (const char* key : {"descr", "fortran_order", "shape"}) {
            if (!keys.contains(key)) {
                reject_input(where_, fmt::format("a .npy header with the key '{}'", key), "none");
            }
        }
        skip_blanks();
        if (!rest_.empty()) {
            reject("nothing behind the dictionary");
        }
        return header;
    }

  private:
    [[noreturn]] void reject(std::string_view expected) const {
        reject_input(where_, fmt::format("a .npy header with {}", expected), shown(rest_));
    }

    void skip_blanks() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n\f\v"), rest_.size()));
    }

    bool takes(char c) {
        skip_blanks();
        const bool there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }

    void need(char c, std::string_view expected) {
        if (!takes(c)) {
            reject(expected);
        }
    }

    std::string_view word() {
        skip_blanks();
        const std::size_t end =
            std::min(rest_.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."),
                     rest_.size());
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return text;
    }

    std::string quoted(std::string_view expected) {
        skip_blanks();
        if (!rest_.starts_with('\'') && !rest_.starts_with('"')) {
            reject(expected);
        }
        const std::size_t end = rest_.find(rest_.front(), 1);
        if (end == std::string_view::npos || rest_.substr(0, end).find('\\') != rest_.npos) {
            reject(expected);
        }
        const std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return text;
    }

    bool truth() {
        const std::string_view before = rest_;
        const std::string_view text = word();
        if (text != "True" && text != "False") {
            rest_ = before;
            skip_blanks();
            reject("True or False behind fortran_order (as NumPy spells them)");
        }
        return text == "True";
    }

    /// A whole number, 2, 2L, or within a call such as np.int64(2).
    Index size() {
        skip_blanks();
        const std::string_view before = rest_;
        std::string_view text = word();
        const bool call = text.find("int") != std::string_view::npos && takes('(');
        if (call) {
            text = word();
        }
        text.remove_suffix(text.ends_with('L') ? 1 : 0);
        Index value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const bool whole = end == text.data() + text.size() && !text.empty();
        if ((call && !takes(')')) || error == std::errc::invalid_argument || !whole ||
            error == std::errc::result_out_of_range || value < 1 || value > largest_dimension) {
            reject_input(where_, fmt::format(".npy dimensions of 1 to {}", largest_dimension),
                         shown(before));
        }
        return value;
    }

    std::vector<Index> shape() {
        need('(', "a shape in parentheses");
        std::vector<Index> sizes;
        bool comma = true;
        while (!takes(')')) {
            if (!comma) {
                reject("a comma between the dimensions");
            }
            if (sizes.size() == most_npy_dimensions) {
                reject_input(where_, fmt::format("at most {} dimensions", most_npy_dimensions),
                             "more");
            }
            sizes.push_back(size());
            comma = takes(',');
        }
        if (sizes.size() == 1 && !comma) {
            reject("a comma behind the only dimension");
        }
        if (sizes.empty() || sizes.size() > 2) {
            reject_input(where_, "an array of 1 or 2 dimensions", fmt::format("{}", sizes.size()));
        }
        return sizes;
    }

    StoredType element_type() {
        skip_blanks();
        if (rest_.starts_with('[')) {
            reject_input(where_, "a .npy array of numbers",
                         "a structured array: save one of its fields");
        }
        const std::string descr = quoted("descr in quotes");
        std::string_view code = descr;
        const char order = code.empty() ? '?' : code.front();
        if (order == '<' || order == '>' || order == '|' || order == '=') {
            code.remove_prefix(1);
        }
        const char kind = code.empty() ? '?' : code.front();
        code.remove_prefix(code.empty() ? 0 : 1);
        StoredType type;
        type.big_endian = order == '>';
        const auto [end, error] =
            std::from_chars(code.data(), code.data() + code.size(), type.size);
        const bool has_size = error == std::errc() && end == code.data() + code.size();
        const auto is_size = [&](std::initializer_list<std::size_t> sizes) {
            return has_size && std::find(sizes.begin(), sizes.end(), type.size) != sizes.end();
        };
        type.kind = kind == 'b'   ? StoredKind::Bool
                    : kind == 'i' ? StoredKind::Signed
                    : kind == 'u' ? StoredKind::Unsigned
                                  : StoredKind::Float;
        const bool known = kind == 'b'                  ? is_size({1})
                           : kind == 'i' || kind == 'u' ? is_size({1, 2, 4, 8})
                           : kind == 'f'                ? is_size({2, 4, 8})
                                                        : false;
        // One byte has no order; more than one must have one.
        if (!known || (order == '|' && type.size > 1)) {
            reject_input(where_,
                         "a .npy array of bool, integers of 8 to 64 bits or float16 to float64",
                         fmt::format("'{}'{}", descr.substr(0, 24), remedy(kind)));
        }
        return type;
    }

    static const char* remedy(char kind) {
        switch (kind) {
            case 'f':
            case 'g':
                return ": save it as float64 (.astype(\"f8\"))";
            case 'c':
                return ", complex numbers: save the real or the imaginary part";
            case 'O':
                return ", Python objects: save them as float64 (.astype(\"f8\"))";
            case 'U':
            case 'S':
            case 'a':
                return ", texts: save them as float64 (.astype(\"f8\"))";
            default:
                return "";
        }
    }

    std::string_view rest_;
    std::string_view where_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view dictionary, std::string_view where) {
    return HeaderReader(dictionary, where).read();
}

}  // namespace resdyn
