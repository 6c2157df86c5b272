// .npy arrays: written here byte by byte as NumPy's format says, read back; damaged ones refused.
#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstring>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/formats/matrix_file.hpp>

#include "formats/npy.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(npy_)

namespace {

std::string encoded(int version, const std::string& dictionary, std::string_view data) {
    std::string header = dictionary + "\n";
    std::string bytes = "\x93NUMPY";
    bytes += static_cast<char>(version);
    bytes += '\0';
    const std::size_t length_bytes = version == 1 ? 2 : 4;
    for (std::size_t i = 0; i < length_bytes; ++i) {
        bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
    }
    return bytes + header + std::string(data);
}

std::string dictionary(const char* descr, bool fortran, const char* shape) {
    return fmt::format("{{'descr': '{}', 'fortran_order': {}, 'shape': {}, }}", descr,
                       fortran ? "True" : "False", shape);
}

template <class Scalar>
std::string raw(std::initializer_list<Scalar> values) {
    return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(Scalar)};
}

const std::string six = raw<double>({1, 2, 3, 4, 5, 6});

}  // namespace

BOOST_AUTO_TEST_CASE(both_orders_both_types_all_versions) {
    const Matrix by_rows{{1, 2, 3}, {4, 5, 6}};
    const Matrix by_columns{{1, 3, 5}, {2, 4, 6}};
    const std::string six_floats = raw<float>({1, 2, 3, 4, 5, 6});
    for (const int version : {1, 2, 3}) {
        const auto parsed = [&](const char* descr, bool fortran, const std::string& data) {
            return parse_npy(encoded(version, dictionary(descr, fortran, "(2, 3)"), data), "a")
                .values;
        };
        BOOST_TEST((parsed("<f8", false, six) == by_rows));
        BOOST_TEST((parsed("<f8", true, six) == by_columns));
        BOOST_TEST((parsed("<f4", false, six_floats) == by_rows));
    }
    const Matrix column = parse_npy(encoded(1, dictionary("<f8", false, "(6,)"), six), "a").values;
    BOOST_TEST(column.cols() == 1);
    BOOST_TEST((column.col(0) == Vector{{1, 2, 3, 4, 5, 6}}));
}

BOOST_AUTO_TEST_CASE(a_matrix_file_is_told_by_its_magic_not_its_name) {
    const test::TemporaryFolder folder;
    const Matrix expected{{1, 2, 3}, {4, 5, 6}};
    const auto array = folder.write("W.dat", encoded(1, dictionary("<f8", false, "(2, 3)"), six));
    BOOST_TEST((read_matrix_file(array).values == expected));
    BOOST_TEST((read_npy(array).values == expected));
    BOOST_TEST((read_matrix_file(folder.write("W.txt", "1,2,3\n4,5,6\n")).values == expected));
}

BOOST_AUTO_TEST_CASE(a_header_is_read_as_python_reads_it) {
    const Matrix by_rows{{1, 2, 3}, {4, 5, 6}};
    const Matrix by_columns{{1, 3, 5}, {2, 4, 6}};
    std::vector<std::string> items = {"descr", "fortran_order", "shape"};
    do {
        for (const char* colon : {":", ": ", " : ", "\t:\n"}) {
            for (const char quote : {'\'', '"'}) {
                for (const char* shape : {"(2, 3)", "(2,3)", "( 2 , 3 , )", "(2L, 3L)",
                                          "(np.int64(2), np.int64(3))", "(numpy.int32( 2 ),3)"}) {
                    for (const bool fortran : {false, true}) {
                        std::string text = "{";
                        for (const std::string& item : items) {
                            text += fmt::format("{0}{1}{0}{2}", quote, item, colon);
                            text += item == "descr"           ? fmt::format("{0}<f8{0}", quote)
                                    : item == "fortran_order" ? (fortran ? "True" : "False")
                                                              : shape;
                            text += item == items.back() && fortran ? "" : " , ";
                        }
                        const Matrix m = parse_npy(encoded(1, text + "}  ", six), "a").values;
                        BOOST_TEST((m == (fortran ? by_columns : by_rows)), text);
                    }
                }
            }
        }
    } while (std::next_permutation(items.begin(), items.end()));
}

BOOST_AUTO_TEST_CASE(a_header_that_python_would_not_read_is_refused) {
    const std::string descr = "'descr': '<f8', ";
    const std::string order = "'fortran_order': False, ";
    const std::string shape = "'shape': (2, 3)";
    for (const std::string& text : std::vector<std::string>{
             "{" + descr + "'fortran_order': true, " + shape + "}",
             "{" + descr + "'fortran_order': TRUE, " + shape + "}",
             "{" + descr + "'fortran_order': Truely, " + shape + "}",
             "{" + descr + "'fortran_order': 1, " + shape + "}",
             "{" + descr + "'fortran_order': 'False', " + shape + "}",
             "{" + descr + order + shape + "} x", "{" + descr + order + shape,
             "{" + descr + order + descr + shape + "}",
             "{" + descr + order + shape + ", 'more': 1}", descr + order + shape,
             "{" + descr + order + "'shape': (2 3)}", "{" + descr + order + "'shape': [2, 3]}",
             "{" + descr + order + "'shape': (6)}", "{" + descr + order + "'shape': (2, 3}",
             "{" + descr + order + "'shape': (np.int64(2, 3)}",
             "{" + descr + order + "'shape': (2.0, 3)}", "{descr: '<f8', " + order + shape + "}",
             "{'descr': <f8, " + order + shape + "}", "{'descr': '<f8\", " + order + shape + "}"}) {
        BOOST_TEST(says(refusal<InputError>([&] { parse_npy(encoded(1, text, six), "a.npy"); }),
                        "a.npy: expected", "got"),
                   text);
    }
}

namespace {

/// The bytes of one number, least significant first.
template <class Scalar>
std::string bytes_of(Scalar value, bool big_endian) {
    std::string bytes(reinterpret_cast<const char*>(&value), sizeof(Scalar));
    if (big_endian) {
        std::reverse(bytes.begin(), bytes.end());
    }
    return bytes;
}

/// Reads an array of the extreme and some usual numbers of a type, in both byte orders.
template <class Scalar>
void check_type(const std::string& code, const std::vector<Scalar>& values) {
    for (const bool big_endian : {false, true}) {
        std::string data;
        for (const Scalar value : values) {
            data += bytes_of(value, big_endian);
        }
        const std::string order = sizeof(Scalar) == 1 ? "|" : big_endian ? ">" : "<";
        const MatrixFile file =
            parse_npy(encoded(1,
                              dictionary((order + code).c_str(), false,
                                         fmt::format("({},)", values.size()).c_str()),
                              data),
                      "a");
        for (std::size_t i = 0; i < values.size(); ++i) {
            BOOST_TEST(file.values(static_cast<Index>(i), 0) == static_cast<double>(values[i]),
                       code);
        }
        const bool usual = code == "f4" || code == "f8";
        BOOST_TEST(file.notes.empty() == usual);
    }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_type_of_numbers_is_widened_exactly_in_both_byte_orders) {
    check_type<std::int8_t>("i1", {-128, -1, 0, 127});
    check_type<std::uint8_t>("u1", {0, 128, 255});
    check_type<std::int16_t>("i2", {-32768, -2, 32767});
    check_type<std::uint16_t>("u2", {0, 256, 65535});
    check_type<std::int32_t>("i4", {std::numeric_limits<std::int32_t>::min(), -3, 1 << 30});
    check_type<std::uint32_t>("u4", {0, 1U << 31, 0xffffffffU});
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    check_type<std::int64_t>(
        "i8", {-exact, exact, 2 * exact, -5, std::numeric_limits<std::int64_t>::min()});
    check_type<std::uint64_t>("u8", {0, static_cast<std::uint64_t>(exact), std::uint64_t{1} << 63});
    check_type<float>("f4", {1.5F, -0.1F, std::numeric_limits<float>::denorm_min()});
    check_type<double>("f8", {1.5, -0.1, std::numeric_limits<double>::denorm_min()});
    check_type<bool>("b1", {true, false});
    // float16, by IEEE 754's definition: 1, -2, 65504, the least denormal, the least normal, 1/3.
    std::string halves;
    for (const unsigned bits : {0x3c00U, 0xc000U, 0x7bffU, 0x0001U, 0x0400U, 0x3555U}) {
        halves += {static_cast<char>(bits & 0xff), static_cast<char>(bits >> 8)};
    }
    const Matrix half = parse_npy(encoded(1, dictionary("<f2", false, "(6,)"), halves), "a").values;
    BOOST_TEST((half.col(0) == Vector{{1, -2, 65504, std::ldexp(1.0, -24), std::ldexp(1.0, -14),
                                       std::ldexp(1365.0, -12)}}));
    const auto refused = [](const char* descr, const std::string& data) {
        return refusal<InputError>(
            [&] { parse_npy(encoded(1, dictionary(descr, false, "(1,)"), data), "a.npy"); });
    };
    BOOST_TEST(says(refused("<i8", bytes_of(exact + 1, false)), "2^53", "larger"));
    BOOST_TEST(says(refused("<u8", bytes_of(~std::uint64_t{0}, false)), "2^53", "larger"));
    BOOST_TEST(says(refused("|b1", "\x02"), "0 and 1"));
    BOOST_TEST(says(refused("<f2", std::string("\0\x7c", 2)), "finite numbers"));
    BOOST_TEST(says(refused("<f16", std::string(16, '\0')), "'<f16'", "float64"));
    BOOST_TEST(says(refused("<c16", std::string(16, '\0')), "complex numbers"));
    BOOST_TEST(says(refused("|O", std::string(8, '\0')), "Python objects"));
    BOOST_TEST(says(refused("<U3", std::string(12, '\0')), "texts"));
    BOOST_TEST(says(refusal<InputError>([&] {
                        parse_npy(encoded(1,
                                          "{'descr': [('x', '<f8')], 'fortran_order': False, "
                                          "'shape': (1,)}",
                                          std::string(8, '\0')),
                                  "a.npy");
                    }),
                    "a structured array"));
}

BOOST_AUTO_TEST_CASE(damage_is_refused_with_what_was_expected) {
    const auto refused = [](const std::string& bytes) {
        return refusal<InputError>([&] { parse_npy(bytes, "a.npy"); });
    };
    const std::string good = encoded(1, dictionary("<f8", false, "(2, 3)"), six);
    for (std::size_t length = 0; length < good.size(); ++length) {
        BOOST_TEST(says(refused(good.substr(0, length)), "a.npy: expected"));
    }
    BOOST_TEST(says(refused(good + "x"), "48 bytes of numbers for 2x3", "49"));
    BOOST_TEST(says(refused(encoded(9, dictionary("<f8", false, "(2, 3)"), six)), "version", "9"));
    BOOST_TEST(
        says(refused(encoded(1, dictionary("<f8", false, "(1, 2, 3)"), six)), "1 or 2 dim", "3"));
    BOOST_TEST(
        says(refused(encoded(1, dictionary("<f8", false, "()"), six)), "1 or 2 dimensions", "0"));
    BOOST_TEST(
        says(refused(encoded(1, dictionary("<f8", false, "(0, 3)"), "")), "dimensions of 1"));
    BOOST_TEST(
        says(refused(encoded(1, dictionary("<f8", false, "(-1, 3)"), six)), "dimensions of 1"));
    BOOST_TEST(says(refused(encoded(1, dictionary("<f8", false, "(268435456, 268435456)"), six)),
                    "576460752303423488 bytes"));
    BOOST_TEST(says(refused(encoded(1, dictionary("<f8", false, "(99999999999999999999, 2)"), six)),
                    "dimensions of 1"));
    BOOST_TEST(
        says(refused(encoded(1, "{'descr': '<f8', 'shape': (2, 3), }", six)), "'fortran_order'"));
    BOOST_TEST(
        says(refused(encoded(1, dictionary("<f8", false, "2"), six)), "shape in parentheses"));
    BOOST_TEST(says(refused("\x1f\x8b and more"), "a .npy file", "a gzip archive"));
    std::string nan = good;
    const double not_a_number = std::nan("");
    std::memcpy(nan.data() + nan.size() - 8, &not_a_number, 8);
    BOOST_TEST(says(refused(nan), "finite numbers"));
}

BOOST_AUTO_TEST_SUITE_END()
