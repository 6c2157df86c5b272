// CSV: strict reading with a place in every refusal, writing that comes back bit by bit.
#include <boost/test/unit_test.hpp>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/io/csv.hpp>
#include <resdyn/io/input_file.hpp>

#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(lines_are_rows_blanks_and_carriage_returns_are_no_matter) {
    const Matrix expected{{1.0, -2.5e-3, 3.0}, {0.0, 1e300, -0.5}};
    for (const char* text : {"1,-2.5e-3,3\n0,1e300,-.5\n", "1, -0.0025 ,3\r\n0,1e300,-0.5\r\n",
                             "1,-2.5e-3,3\n0,1e300,-0.5", "1,-2.5e-3,3\n0,1e300,-0.5\n\n \n"}) {
        BOOST_TEST((parse_csv_matrix(text, "W") == expected), text);
    }
}

BOOST_AUTO_TEST_CASE(every_refusal_names_file_line_column_and_what_was_there) {
    const auto refused = [](const char* text) {
        return refusal<InputError>([&] { parse_csv_matrix(text, "W.csv"); });
    };
    BOOST_TEST(says(refused("1,2\n3,x\n"), "W.csv, line 2, column 2", "finite number", "\"x\""));
    BOOST_TEST(says(refused("1,nan\n"), "line 1, column 2", "\"nan\""));
    BOOST_TEST(says(refused("-inf\n"), "line 1, column 1", "\"-inf\""));
    BOOST_TEST(says(refused("1e999\n"), "column 1", "\"1e999\""));
    BOOST_TEST(says(refused("1,,2\n"), "column 2", "an empty cell"));
    BOOST_TEST(says(refused("1,2,\n"), "column 3", "an empty cell"));
    BOOST_TEST(says(refused("1 2\n"), "column 1", "\"1 2\""));
    BOOST_TEST(says(refused("0x10\n"), "\"0x10\""));
    BOOST_TEST(says(refused("1\n\n2\n"), "line 2, column 1", "an empty cell"));
    BOOST_TEST(says(refused("1,2\n3\n"), "line 2", "2 numbers as on line 1", "got 1"));
    BOOST_TEST(says(refused(""), "W.csv", "an empty file"));
    BOOST_TEST(says(refused(" \n"), "W.csv", "an empty file"));
    BOOST_TEST(says(refused("\x01\x80 and much more text than fits\n"), "\"?? and much more"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_refused_by_name) {
    const test::TemporaryFolder folder;
    BOOST_TEST(says(refusal<InputError>([&] { read_csv_matrix(folder.path / "none.csv"); }),
                    "none.csv", "a file", "nothing of that name"));
    BOOST_TEST(says(refusal<InputError>([&] { read_matrix_file(folder.path); }), "a folder"));
}

BOOST_AUTO_TEST_CASE(labelled_lines_become_a_data_set) {
    const test::TemporaryFolder folder;
    const Dataset data = read_csv_dataset(folder.write("d.csv", "0.5,1,0\n-1,2,2\n3,4,1\n"));
    BOOST_TEST(data.name == "d.csv");
    BOOST_TEST(data.scaling == "none");
    BOOST_TEST(data.classes == 3);
    BOOST_TEST((data.inputs == Eigen::MatrixXf{{0.5F, -1.0F, 3.0F}, {1.0F, 2.0F, 4.0F}}));
    BOOST_TEST((data.labels == Eigen::VectorXi{{0, 2, 1}}));
}

BOOST_AUTO_TEST_CASE(labels_must_be_whole_numbers_from_0_on) {
    const test::TemporaryFolder folder;
    const auto refused = [&](const char* text) {
        return refusal<InputError>([&] { read_csv_dataset(folder.write("d.csv", text)); });
    };
    BOOST_TEST(says(refused("1,2,0\n1,2,0.5\n"), "d.csv, line 2, column 3", "whole", "0.5"));
    BOOST_TEST(says(refused("1,2,-1\n"), "line 1, column 3", "-1"));
    BOOST_TEST(says(refused("1,2,1e9\n"), "line 1, column 3", "got 1000000000"));
    BOOST_TEST(says(refused("1\n2\n"), "a label", "1 column"));
    BOOST_TEST(says(refused("1e39,0\n"), "finite numbers in float32"));
}

BOOST_AUTO_TEST_CASE(tables_give_every_double_back) {
    CsvTable table({"x", "name"});
    Random random(5);
    std::vector<double> numbers = {0.1, -0.0, 1e-320, std::numeric_limits<double>::max()};
    for (int i = 0; i < 200; ++i) {
        numbers.push_back(random.normal() * std::pow(10.0, random.uniform(-300, 300)));
    }
    CsvTable plain({"x"});
    for (const double x : numbers) {
        plain.add({x});
    }
    const std::string text = plain.text();
    const Matrix back = parse_csv_matrix(std::string_view(text).substr(2), "x");
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        BOOST_TEST(back(static_cast<Index>(i), 0) == numbers[i]);
    }
    table.add({std::numeric_limits<double>::quiet_NaN(), std::string("a \"b\", c")});
    table.add({7L, std::string("plain")});
    BOOST_TEST(table.text() == "x,name\nnan,\"a \"\"b\"\", c\"\n7,plain\n");
    BOOST_TEST(table.rows() == 2U);
    BOOST_TEST(says(refusal([&] { table.add({1.0}); }), "2 cells", "got 1"));
}

BOOST_AUTO_TEST_SUITE_END()
