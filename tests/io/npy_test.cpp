// .npy arrays: written here byte by byte as NumPy's format says, read back; damaged ones refused.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <cstring>

#include <resdyn/core/error.hpp>
#include <resdyn/io/input_file.hpp>
#include <resdyn/io/npy.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

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

BOOST_AUTO_TEST_SUITE(npy)

BOOST_AUTO_TEST_CASE(both_orders_both_types_all_versions) {
    const Matrix by_rows{{1, 2, 3}, {4, 5, 6}};
    const Matrix by_columns{{1, 3, 5}, {2, 4, 6}};
    const std::string six_floats = raw<float>({1, 2, 3, 4, 5, 6});
    for (const int version : {1, 2, 3}) {
        BOOST_TEST(
            (parse_npy(encoded(version, dictionary("<f8", false, "(2, 3)"), six), "a") == by_rows));
        BOOST_TEST((parse_npy(encoded(version, dictionary("<f8", true, "(2, 3)"), six), "a") ==
                    by_columns));
        BOOST_TEST((parse_npy(encoded(version, dictionary("<f4", false, "(2, 3)"), six_floats),
                              "a") == by_rows));
    }
    const Matrix column = parse_npy(encoded(1, dictionary("<f8", false, "(6,)"), six), "a");
    BOOST_TEST(column.cols() == 1);
    BOOST_TEST((column.col(0) == Vector{{1, 2, 3, 4, 5, 6}}));
}

BOOST_AUTO_TEST_CASE(a_matrix_file_is_told_by_its_magic_not_its_name) {
    const test::TemporaryFolder folder;
    const Matrix expected{{1, 2, 3}, {4, 5, 6}};
    const auto array = folder.write("W.dat", encoded(1, dictionary("<f8", false, "(2, 3)"), six));
    BOOST_TEST((read_matrix_file(array) == expected));
    BOOST_TEST((read_npy(array) == expected));
    BOOST_TEST((read_matrix_file(folder.write("W.txt", "1,2,3\n4,5,6\n")) == expected));
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
    BOOST_TEST(says(refused(encoded(1, dictionary(">f8", false, "(2, 3)"), six)), "'<f8'", ">f8"));
    BOOST_TEST(says(refused(encoded(1, dictionary("<i8", false, "(2, 3)"), six)), "<i8"));
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
    std::string nan = good;
    const double not_a_number = std::nan("");
    std::memcpy(nan.data() + nan.size() - 8, &not_a_number, 8);
    BOOST_TEST(says(refused(nan), "finite numbers"));
}

BOOST_AUTO_TEST_SUITE_END()
