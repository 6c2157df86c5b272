// CSV: strict reading with a place in every refusal, writing that comes back bit by bit.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <limits>
#include <tuple>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/formats/matrix_file.hpp>

#include "data/csv_dataset.hpp"
#include "formats/csv.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(csv_)

BOOST_AUTO_TEST_CASE(lines_are_rows_blanks_and_carriage_returns_are_no_matter) {
    const Matrix expected{{1.0, -2.5e-3, 3.0}, {0.0, 1e300, -0.5}};
    for (const char* text : {"1,-2.5e-3,3\n0,1e300,-.5\n", "1, -0.0025 ,3\r\n0,1e300,-0.5\r\n",
                             "1,-2.5e-3,3\n0,1e300,-0.5", "1,-2.5e-3,3\n0,1e300,-0.5\n\n \n"}) {
        BOOST_TEST((parse_csv_matrix(text, "W").values == expected), text);
    }
}

namespace {

/// The numbers of `m` as a text of one kind: separator, decimal mark, line end, signs, ornaments.
struct Style {
    std::string separator = ",";
    char mark = '.';
    std::string line_end = "\n";
    std::string minus = "-";
    std::string plus = {};
    std::string cell_before = {};  ///< around every number; so are row and text.
    std::string cell_after = {};
    std::string row_before = {};
    std::string row_after = {};
    std::string text_before = {};
    std::string text_after = {};
};

std::string written(const Matrix& m, const Style& style) {
    std::string text = style.text_before;
    for (Index i = 0; i < m.rows(); ++i) {
        text += style.row_before;
        for (Index j = 0; j < m.cols(); ++j) {
            std::string number = fmt::format("{:.17e}", std::abs(m(i, j)));
            std::replace(number.begin(), number.end(), '.', style.mark);
            text += (j > 0 ? style.separator : "") + style.cell_before +
                    (std::signbit(m(i, j)) ? style.minus : style.plus) + number + style.cell_after;
        }
        text += style.row_after + style.line_end;
    }
    return text + style.text_after;
}

/// In UTF-16, with its mark.
std::string wide(const std::string& ascii, bool big_endian) {
    std::string text = big_endian ? "\xfe\xff" : "\xff\xfe";
    for (const char c : ascii) {
        text += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_usual_way_to_write_a_matrix_gives_it_back_bit_by_bit) {
    Random random(11);
    const std::string bom = "\xef\xbb\xbf";
    const std::string minus_sign = "\xe2\x88\x92";
    std::vector<Style> styles;
    for (const std::string line_end : {"\n", "\r\n", "\r"}) {
        for (const std::string separator : {",", ";", "\t", " ", "   ", " ,\t", " \t ", "; "}) {
            styles.push_back({.separator = separator, .line_end = line_end});
        }
        styles.push_back({.separator = ";", .mark = ',', .line_end = line_end});
        styles.push_back({.separator = "\t", .mark = ',', .line_end = line_end});
        styles.push_back({.line_end = line_end, .minus = minus_sign, .plus = "+"});
        styles.push_back({.line_end = line_end, .row_after = ",", .text_before = bom});
        styles.push_back({.line_end = line_end,
                          .row_after = ",,",
                          .text_after = ",,," + line_end + ",," + line_end});
        styles.push_back({.separator = " ", .line_end = line_end, .row_before = "  "});
        styles.push_back(
            {.separator = ";", .line_end = line_end, .cell_before = "\"", .cell_after = "\""});
    }
    for (const Style& style : styles) {
        for (const Index n : {1, 2, 5}) {
            if (n == 1 && style.mark == ',') {
                continue;  // no separator says that the comma is decimal
            }
            const Matrix m =
                random.normal_matrix(n, n, 1.0) * std::pow(10.0, random.uniform(-300, 300));
            const std::string text = written(m, style);
            const MatrixFile file = parse_csv_matrix(text, "W");
            BOOST_REQUIRE_EQUAL(file.values.rows(), n);
            BOOST_REQUIRE_EQUAL(file.values.cols(), n);
            BOOST_TEST((file.values == m), text);
            BOOST_TEST(file.notes.empty());
            if (text.find_first_of("\x80\xe2\xef") == std::string::npos) {
                BOOST_TEST((parse_csv_matrix(wide(text, false), "W").values == m));
                BOOST_TEST((parse_csv_matrix(wide(text, true), "W").values == m));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(headers_and_indices_of_other_programs_are_refused_or_read_as_told) {
    const Matrix m{{1, -2}, {-2, 1.5}};
    struct Table {
        const char* text;
        CsvFormat format;
    };
    for (const Table& table : {
             Table{"a,b\n1,-2\n-2,1.5\n", {.header = true}},
             Table{"\"a\",\"b\"\n1,-2\n-2,1.5\n", {.header = true}},
             Table{"a b\n1 -2\n-2 1.5\n", {.header = true}},
             Table{"unit one;unit two\n1;-2\n-2;1,5\n", {.header = true}},
             Table{",a,b\na,1,-2\nb,-2,1.5\n", {.header = true, .index = true}},
             Table{"\t0\t1\n0\t1\t-2\n1\t-2\t1.5\n", {.header = true, .index = true}},
             Table{"\"\",\"V1\",\"V2\"\n\"1\",1,-2\n\"2\",-2,1.5\n",
                   {.header = true, .index = true}},
             Table{"V1 V2\n1 1 -2\n2 -2 1.5\n", {.header = true, .index = true}},
         }) {
        BOOST_TEST((parse_csv_matrix(table.text, "W", table.format).values == m), table.text);
        BOOST_TEST(says(refusal<InputError>([&] { parse_csv_matrix(table.text, "W"); }),
                        "W, line 1", "a header", "--header"),
                   table.text);
    }
    BOOST_TEST((parse_csv_matrix("0,1\n1,-2\n-2,1.5\n", "W", {.header = true}).values == m));
    const MatrixFile commented = parse_csv_matrix("# made by\n# hand\n1,-2\n-2,1.5\n", "W");
    BOOST_TEST((commented.values == m));
    BOOST_TEST(says(commented.notes.at(0), "2 lines", "#"));
    BOOST_TEST(says(refusal<InputError>([&] { parse_csv_matrix("a,1,-2\nb,-2,1.5\n", "W"); }),
                    "names of the lines", "--index"));
}

BOOST_AUTO_TEST_CASE(ids_along_the_edges_and_oblong_matrices_say_what_they_may_be) {
    const test::TemporaryFolder folder;
    const auto weights = [&](const char* text, const CsvFormat& format = {}) {
        return read_weight_matrix(folder.write("W.csv", text), format);
    };
    const auto refused = [&](const char* text) {
        return refusal<InputError>([&] { weights(text); });
    };
    for (const char* ids : {"0,1,2\n1,.5,-1\n2,3,.25\n", "0,7,19\n7,.5,-1\n19,3,.25\n"}) {
        const MatrixFile edged = weights(ids);
        BOOST_TEST(edged.values.rows() == 3);
        BOOST_TEST(says(edged.notes.at(0), "ids", "--header --index"), ids);
        const MatrixFile bare = weights(ids, {.header = true, .index = true});
        BOOST_TEST((bare.values == Matrix{{0.5, -1}, {3, 0.25}}));
        BOOST_TEST(bare.notes.empty());
    }
    BOOST_TEST(says(refused("0,1\n.5,1\n2,.5\n"), "3 lines of 2", "--header"));
    BOOST_TEST(says(refused("0,.5,1\n1,2,.5\n"), "2 lines of 3", "--index"));
    BOOST_TEST(says(refused("1,0,-2,0\n-2,0,1,5\n"), "2 lines of 4", "decimal commas"));
    BOOST_TEST(says(refused("1\n2\n3\n"), "a vector of 3"));
}

BOOST_AUTO_TEST_CASE(numbers_too_small_for_a_double_are_zero_and_said) {
    const MatrixFile file = parse_csv_matrix("5e-324,3e-324,1e-324\n-1e-999,0.1,1e-5000\n", "W");
    const double least = std::numeric_limits<double>::denorm_min();
    BOOST_TEST((file.values == Matrix{{least, least, 0}, {0, 0.1, 0}}));
    BOOST_TEST(says(file.notes.at(0), "3 numbers", "read as 0", "line 1, column 3: \"1e-324\""));
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
    BOOST_TEST(says(refused("1,2\n3,\n"), "line 2, column 2", "an empty cell"));
    BOOST_TEST(says(refused("1,2,\n3,4,5\n"), "line 2", "2 cells as in the first row", "got 3"));
    BOOST_TEST(says(refused("1 2,3\n"), "column 1", "\"1 2\"", "decimal commas"));
    BOOST_TEST(says(refused("1;2,5;3.5\n"), "column 2", "\"2,5\"", "decimal comma"));
    BOOST_TEST(says(refused("1;2,5,1;3\n"), "column 2", "\"2,5,1\""));
    BOOST_TEST(says(refused("1,\xe2\x80\x93"
                            "2\n"),
                    "column 2", "\"?2\"", "U+2013, an en dash"));
    BOOST_TEST(says(refused("1,2\n3,4\xc2\xa0\n"), "U+00A0, a non-breaking blank"));
    BOOST_TEST(says(refused("1,0x10\n"), "\"0x10\""));
    BOOST_TEST(says(refused("1,--2\n"), "\"--2\""));
    BOOST_TEST(says(refused("1,+-2\n"), "\"+-2\""));
    BOOST_TEST(says(refused("1\n\n2\n"), "line 2", "an empty line"));
    BOOST_TEST(says(refused("1,2\n,\n3,4\n"), "line 2", "an empty line"));
    BOOST_TEST(says(refused("1,2\n3\n"), "line 2", "2 cells as in the first row", "got 1"));
    BOOST_TEST(says(refused("a,b\n"), "a header"));
    BOOST_TEST(says(refused("#\n"), "nothing but comments"));
    BOOST_TEST(says(refused(""), "W.csv", "an empty file"));
    BOOST_TEST(says(refused(" \n"), "W.csv", "an empty file"));
    BOOST_TEST(says(refused("\x01\x80 and more\n"), "bytes that begin with 01 80 20 61"));
    BOOST_TEST(says(refused("1,much more text than anyone would read\n"),
                    "\"much more text than anyo...\""));
    using namespace std::string_literals;
    for (const auto& [bytes, name] : std::vector<std::pair<std::string, const char*>>{
             {"<html><body>404</body></html>", "text that begins with \"<html>\""},
             {"\n <?xml version='1.0'?>", "a web page"},
             {"version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer"},
             {"PK\x03\x04"s + std::string(22, '\0') + "\x05\0\0\0W.npy"s, "a NumPy archive (.npz)"},
             {"PK\x03\x04"s + std::string(22, '\0') + "\x10\0\0\0archive/data.pkl"s,
              "a PyTorch archive"},
             {"PK\x03\x04"s + std::string(22, '\0') + "\x13\0\0\0[Content_Types].xml"s,
              "an Excel workbook"},
             {"\x1f\x8b\x08"s, "a gzip archive"},
             {"\x89HDF\r\n"s, "an HDF5 file"},
             {"\x80\x04\x95"s, "a Python pickle"},
             {"1\0,\0"s + "2\0\n\0"s, "UTF-16 text without its mark"},
             {"\0\0\x08\x01\0\0\0\x01\0"s, "an IDX array"},
             {"\x02\0\0\0\0\0\0\0{}"s, "a safetensors file"}}) {
        const std::string text = refusal<InputError>([&] { parse_csv_matrix(bytes, "W.csv"); });
        BOOST_TEST(says(text, "W.csv", name), text);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_is_refused_by_name) {
    const test::TemporaryFolder folder;
    BOOST_TEST(says(refusal<InputError>([&] { read_matrix_file(folder.path / "none.csv"); }),
                    "none.csv", "a file", "nothing of that name"));
    BOOST_TEST(says(refusal<InputError>([&] { read_matrix_file(folder.path); }), "a folder"));
}

BOOST_AUTO_TEST_CASE(labelled_lines_become_a_data_set) {
    const test::TemporaryFolder folder;
    const Dataset data = read_csv_dataset(folder.write("d.csv", "0.5,1,0\n-1,2,2\n3,4,1\n")).data;
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

BOOST_AUTO_TEST_CASE(labels_are_read_from_the_column_that_is_named) {
    const test::TemporaryFolder folder;
    const auto read = [&](const char* text, const char* label, const CsvFormat& format = {}) {
        return read_csv_dataset(folder.write("d.csv", text), format, label);
    };
    const Eigen::MatrixXf inputs{{0.5F, -1.0F, 3.0F}, {1.0F, 2.0F, 4.0F}};
    const Eigen::VectorXi labels{{0, 2, 1}};
    for (const auto& [text, label, format] :
         std::vector<std::tuple<const char*, const char*, CsvFormat>>{
             {"0.5,1,0\n-1,2,2\n3,4,1\n", "last", {}},
             {"0,0.5,1\n2,-1,2\n1,3,4\n", "first", {}},
             {"a,y,b\n0.5,0,1\n-1,2,2\n3,1,4\n", "y", {}},
             {"a;b;y\n0,5;1;0\n-1;2;2\n3;4;1\n", "", {}},
             {",a,b,y\n0,0.5,1,0\n1,-1,2,2\n2,3,4,1\n", "y", {.index = true}},
             {"a b y\n1 0.5 1 0\n2 -1 2 2\n3 3 4 1\n", "y", {.index = true}},
             {"9,0,0.5,1\n8,2,-1,2\n7,1,3,4\n", "first", {.index = true}},
         }) {
        const Dataset data = read(text, label, format).data;
        BOOST_TEST((data.inputs == inputs), text);
        BOOST_TEST((data.labels == labels), text);
    }
    BOOST_TEST(says(read("a,b,y\n1,2,0\n3,4,1\n", "").notes.at(0), "line 1 is a header", "\"a\""));
    BOOST_TEST(says(refusal<InputError>([&] { read("a,b\n1,0\n", "z"); }), "--label", "\"z\""));
    // A column that is dropped, or that has no values, holds no labels.
    BOOST_TEST(
        says(refusal<InputError>([&] { read("a,b,c\n1,0,2\n3,1,4\n", "a", {.index = true}); }),
             "--label", "a column beside the index", "\"a\""));
    BOOST_TEST(says(refusal<InputError>([&] { read("a,b,c\n1,0,\n3,1,\n", "c"); }),
                    "each of the 3 names of the header"));
    const CsvDataset named = read("1,2,setosa\n3,4,virginica\n5,6,setosa\n7,8,other\n", "");
    BOOST_TEST(
        (named.data.class_labels == std::vector<std::string>{"other", "setosa", "virginica"}));
    BOOST_TEST((named.data.labels == Eigen::VectorXi{{1, 2, 1, 0}}));
    BOOST_TEST(says(named.notes.at(0), "labels are names", "other, setosa, virginica"));
    BOOST_TEST(says(refusal<InputError>([&] { read("1,2,a\n3,4,1\n", ""); }), "line 2, column 3"));
    BOOST_TEST(says(refusal<InputError>([&] { read("1,2,0\n3,4,x\n", ""); }), "line 2, column 3",
                    "\"x\""));
}

namespace {

/// Lines of samples with the label first: `last` makes what stands in the last column.
template <class Last>
std::string label_first(Index samples, Index classes, Last last) {
    Random random(3);
    std::string text;
    for (Index i = 0; i < samples; ++i) {
        text += fmt::format("{},{:.3f},{:.3f},{}\n", i % classes, random.normal(), random.normal(),
                            last(random));
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(cells_in_quotes_hold_separators) {
    const test::TemporaryFolder folder;
    const auto read = [&](const std::string& header, const CsvFormat& format = {}) {
        return read_csv_dataset(folder.write("d.csv", header + "\n1,2,0\n3,1,1\n2,2,0\n"), format,
                                "kind")
            .data;
    };
    const Dataset data = read("\"Revenue, USD\",x,\"kind\"");
    BOOST_TEST(data.width() == 2);
    BOOST_TEST((data.labels == Eigen::VectorXi{{0, 1, 0}}));
    // A name without cells, and the index as labels, were read beyond the line.
    BOOST_TEST(says(refusal<InputError>([&] { read("a,b,c,kind"); }), "d.csv, line 2",
                    "4 names of the header", "got 3"));
    BOOST_TEST(says(refusal<InputError>([&] { read("kind,x,c", {.index = true}); }), "--label",
                    "beside the index", "\"kind\""));
    // Decimal commas in quotes between commas: numbers of another mark, and no header.
    BOOST_TEST(says(refusal<InputError>([] { parse_csv_matrix("\"1,5\",\"2,0\"\n", "W.csv"); }),
                    "W.csv, line 1, column 1", "decimal comma"));
}

BOOST_AUTO_TEST_CASE(labels_that_stand_first_are_never_missed_without_a_word) {
    const test::TemporaryFolder folder;
    const auto read = [&](const std::string& text, const char* label = "") {
        return read_csv_dataset(folder.write("d.csv", text), {}, label);
    };
    const auto constant = [](Random&) { return 0; };
    const auto seldom = [](Random& random) {
        return random.uniform() < 0.9 ? 0L : std::lround(255.0 * random.uniform());
    };
    const auto measured = [](Random& random) { return random.normal(); };
    const auto binary = [](Random& random) { return random.uniform() < 0.5 ? 0 : 1; };
    for (const Index classes : {2, 3, 10}) {
        for (const std::string& text :
             {label_first(200, classes, constant), label_first(200, classes, seldom),
              label_first(200, classes, measured)}) {
            BOOST_TEST(says(refusal<InputError>([&] { read(text); }), "--label first",
                            fmt::format("{} classes", classes)));
            BOOST_TEST(read(text, "first").data.classes == classes);
        }
        const CsvDataset both = read(label_first(200, classes, binary));
        BOOST_TEST(both.data.classes == 2);
        BOOST_TEST(says(both.notes.at(0), "--label first", fmt::format("{} classes", classes)));
    }
    BOOST_TEST(read(label_first(200, 3, constant), "last").data.classes == 1);
    // Samples of few values with the label where it should be: no word.
    std::string plain;
    Random random(4);
    for (int i = 0; i < 200; ++i) {
        plain +=
            fmt::format("{},{},{},{}\n", binary(random), binary(random), binary(random), i % 3);
    }
    BOOST_TEST(read(plain).notes.empty());
}

BOOST_AUTO_TEST_CASE(tables_know_what_their_columns_hold) {
    using Kind = CsvTable::Kind;
    CsvTable table({"count", "number", "both", "text", "absent"});
    table.add({1L, 0.5, 1L, std::string("LH"), std::string()});
    table.add({std::string(), std::string(), 0.5, 2.0, std::string()});
    const std::vector<Kind> expected = {Kind::Whole, Kind::Number, Kind::Number, Kind::Text,
                                        Kind::Whole};
    BOOST_TEST((table.kinds() == expected));
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
    const Matrix back = parse_csv_matrix(std::string_view(text).substr(2), "x").values;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        BOOST_TEST(back(static_cast<Index>(i), 0) == numbers[i]);
    }
    table.add({std::numeric_limits<double>::quiet_NaN(), std::string("a \"b\", c")});
    table.add({7L, std::string("plain")});
    BOOST_TEST(table.text() == "x,name\n,\"a \"\"b\"\", c\"\n7,plain\n");
    BOOST_TEST(table.rows() == 2U);
    BOOST_TEST(says(refusal([&] { table.add({1.0}); }), "2 cells", "got 1"));
}

BOOST_AUTO_TEST_SUITE_END()
