// A struct to bytes and back.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/core/error.hpp>

#include "support/refusal.hpp"
#include "work/task_fields.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(task_fields_)

namespace {

enum class Colour { Red = -1, Green = 7 };

struct Inner {
    Colour colour = Colour::Red;
    std::optional<double> share{};
    bool operator==(const Inner&) const = default;
};
auto task_fields(Inner& inner) {
    return std::tie(inner.colour, inner.share);
}

struct Outer {
    bool yes = false;
    Index number = 0;
    std::uint64_t large = 0;
    std::uint8_t small = 0;
    float single = 0.0F;
    double real = 0.0;
    std::complex<double> complex{};
    std::string text{};
    Vector y{};
    Eigen::MatrixXf inputs{};
    std::vector<Inner> list{};
    std::map<std::string, std::vector<double>> by_name{};
    std::set<std::pair<Index, bool>> pairs{};
    std::optional<Vector> absent{};
    double not_carried = 1.0;
};
auto task_fields(Outer& o) {
    return std::tie(o.yes, o.number, o.large, o.small, o.single, o.real, o.complex, o.text, o.y,
                    o.inputs, o.list, o.by_name, o.pairs, o.absent);
}

Outer example() {
    Outer o;
    o.yes = true;
    o.number = -123'456'789'012;
    o.large = std::numeric_limits<std::uint64_t>::max();
    o.small = 200;
    o.single = 0.1F;
    o.real = std::nextafter(0.1, 1.0);
    o.complex = {-0.0, std::numeric_limits<double>::infinity()};
    o.text = std::string("a\0b\n", 4);
    o.y = Vector::LinSpaced(5, -1.0, 1.0 / 3.0);
    o.inputs = Eigen::MatrixXf::Constant(3, 2, 1.0F / 3.0F);
    o.list = {{Colour::Green, 0.25}, {Colour::Red, std::nullopt}};
    o.by_name = {{"x", {1.0}}, {"", {}}};
    o.pairs = {{3, true}, {-3, false}};
    o.not_carried = 2.0;
    return o;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_kind_of_member_comes_back_to_the_last_bit) {
    const Outer before = example();
    const std::string bytes = task_bytes(before);
    const auto after = task_result<Outer>(bytes);
    BOOST_TEST(after.yes);
    BOOST_TEST(after.number == before.number);
    BOOST_TEST(after.large == before.large);
    BOOST_TEST(after.small == before.small);
    BOOST_TEST(after.single == before.single);
    BOOST_TEST(after.real == before.real);
    BOOST_TEST(std::signbit(after.complex.real()));
    BOOST_TEST(std::isinf(after.complex.imag()));
    BOOST_TEST(after.text == before.text);
    BOOST_TEST((after.y.array() == before.y.array()).all());
    BOOST_TEST(after.inputs.rows() == 3);
    BOOST_TEST((after.inputs.array() == before.inputs.array()).all());
    BOOST_TEST((after.list == before.list));
    BOOST_TEST((after.by_name == before.by_name));
    BOOST_TEST((after.pairs == before.pairs));
    BOOST_TEST(!after.absent.has_value());
    BOOST_TEST(after.not_carried == 1.0);
    BOOST_TEST(task_bytes(after) == bytes);
}

BOOST_AUTO_TEST_CASE(an_empty_matrix_keeps_its_sides) {
    const auto after = task_result<Matrix>(task_bytes(Matrix(0, 4)));
    BOOST_TEST(after.rows() == 0);
    BOOST_TEST(after.cols() == 4);
}

BOOST_AUTO_TEST_CASE(bytes_of_another_result_are_refused) {
    const std::string bytes = task_bytes(example());
    const auto read = [](const std::string& some) { task_result<Outer>(some); };
    const auto refused = [&](const std::string& some) {
        return test::says(test::refusal<InputError>([&] { read(some); }),
                          "the bytes of one result");
    };
    BOOST_TEST(refused(bytes + "x"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        BOOST_TEST(refused(bytes.substr(0, length)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
