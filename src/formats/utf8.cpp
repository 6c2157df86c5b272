#include "utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace resdyn {

namespace {

constexpr std::uint32_t replacement = 0xfffd;

struct Named {
    std::uint32_t value;
    std::string_view name;
};

constexpr std::array named = {
    Named{0x00a0, "a non-breaking blank"},
    Named{0x2007, "a figure blank"},
    Named{0x2009, "a thin blank"},
    Named{0x2010, "a hyphen"},
    Named{0x2011, "a non-breaking hyphen"},
    Named{0x2012, "a figure dash"},
    Named{0x2013, "an en dash"},
    Named{0x2014, "an em dash"},
    Named{0x200b, "a blank of no width"},
    Named{0x202f, "a narrow non-breaking blank"},
    Named{0x2212, "a minus sign"},
    Named{0x3001, "an ideographic comma"},
    Named{0x3000, "an ideographic blank"},
    Named{0xfe63, "a small hyphen-minus"},
    Named{0xff0c, "a fullwidth comma"},
    Named{0xff0d, "a fullwidth hyphen-minus"},
    Named{0xfeff, "a byte order mark"},
};

void append(std::string& text, std::uint32_t value) {
    const auto byte = [&](std::uint32_t bits) { text += static_cast<char>(bits); };
    if (value < 0x80) {
        byte(value);
    } else if (value < 0x800) {
        byte(0xc0 | value >> 6);
        byte(0x80 | (value & 0x3f));
    } else if (value < 0x10000) {
        byte(0xe0 | value >> 12);
        byte(0x80 | (value >> 6 & 0x3f));
        byte(0x80 | (value & 0x3f));
    } else {
        byte(0xf0 | value >> 18);
        byte(0x80 | (value >> 12 & 0x3f));
        byte(0x80 | (value >> 6 & 0x3f));
        byte(0x80 | (value & 0x3f));
    }
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
    const auto unit = [&](std::size_t i) {
        const auto first = static_cast<unsigned char>(bytes[i]);
        const auto second = static_cast<unsigned char>(bytes[i + 1]);
        return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
    };
    std::string text;
    std::size_t i = 0;
    for (; i + 1 < bytes.size(); i += 2) {
        const std::uint32_t high = unit(i);
        const bool is_pair = high >= 0xd800 && high < 0xdc00 && i + 3 < bytes.size() &&
                             unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000;
        if (is_pair) {
            append(text, 0x10000 + ((high - 0xd800) << 10) + (unit(i + 2) - 0xdc00));
            i += 2;
        } else {
            append(text, high >= 0xd800 && high < 0xe000 ? replacement : high);
        }
    }
    if (i < bytes.size()) {
        append(text, replacement);  // half a character at the end
    }
    return text;
}

}  // namespace

CodePoint first_code_point(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80             ? 1
                               : (lead & 0xe0) == 0xc0 ? 2
                               : (lead & 0xf0) == 0xe0 ? 3
                               : (lead & 0xf8) == 0xf0 ? 4
                                                       : 0;
    if (length == 1) {
        return {lead, 1, true};
    }
    if (length == 0 || length > text.size()) {
        return {lead, 1, false};
    }
    std::uint32_t value = lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) {
            return {lead, 1, false};
        }
        value = value << 6 | (next & 0x3fU);
    }
    return {value, length, true};
}

std::string name_of(const CodePoint& point) {
    if (!point.valid) {
        return fmt::format("the byte {:02x}", point.value);
    }
    const auto* found = std::find_if(named.begin(), named.end(), [&](const Named& candidate) {
        return candidate.value == point.value;
    });
    return found == named.end() ? fmt::format("U+{:04X}", point.value)
                                : fmt::format("U+{:04X}, {}", point.value, found->name);
}

std::string_view as_utf8(std::string_view text, std::string& storage) {
    if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
        storage = from_utf16(text.substr(2), text.front() == '\xfe');
        return storage;
    }
    return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

}  // namespace resdyn
