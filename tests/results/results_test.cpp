// Output folders that are whole or absent, and result structs as JSON and CSV.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include <resdyn/core/error.hpp>
#include <resdyn/model/systems.hpp>

#include "formats/output_folder.hpp"
#include "results/results.hpp"
#include "results/tables.hpp"
#include "support/temporary_folder.hpp"

using namespace resdyn;
using test::content;
using test::TemporaryFolder;
namespace fs = std::filesystem;

BOOST_AUTO_TEST_SUITE(results_)

BOOST_AUTO_TEST_CASE(an_output_folder_appears_whole_or_not_at_all) {
    const TemporaryFolder home;
    const fs::path out = home.path / "a/b";
    {
        const OutputFolder folder(out);
        folder.write("one.csv", "1\n");
    }  // never committed
    BOOST_TEST(fs::is_empty(home.path));
    fs::create_directories(out);
    std::ofstream(out / "mine.txt") << "keep";
    {
        OutputFolder folder(out);
        folder.write("one.csv", "1\n");
        folder.write("figures/two.gp", "plot\n");
        BOOST_TEST(!fs::exists(out / "one.csv"));
        const auto files = folder.commit();
        BOOST_REQUIRE_EQUAL(files.size(), 2U);
        BOOST_TEST(content(out / "one.csv") == "1\n");
        BOOST_TEST(content(out / "figures/two.gp") == "plot\n");
    }
    BOOST_TEST(content(out / "mine.txt") == "keep");
    BOOST_TEST(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == 3);
}

BOOST_AUTO_TEST_CASE(an_owners_next_run_leaves_its_own_files_only) {
    const TemporaryFolder home;
    const fs::path out = home.path / "out";
    const auto run = [&out](const std::vector<std::string>& names, const std::string& owner) {
        OutputFolder folder(out, owner);
        for (const std::string& name : names) {
            folder.write(name, "x");
        }
        return folder.commit().size();
    };
    BOOST_TEST(run({"one.csv", "two.csv", "figures/a.svg"}, "spectrum") == 3U);
    std::ofstream(out / "mine.txt") << "keep";
    BOOST_TEST(run({"two.csv", "three.csv"}, "spectrum") == 2U);
    BOOST_TEST(!fs::exists(out / "one.csv"));
    BOOST_TEST(!fs::exists(out / "figures"));
    BOOST_TEST(fs::exists(out / "two.csv"));
    BOOST_TEST(content(out / "mine.txt") == "keep");
    // Without an owner nothing is removed, and another owner is refused.
    BOOST_TEST(run({"four.csv"}, "") == 1U);
    BOOST_TEST(fs::exists(out / "three.csv"));
    BOOST_CHECK_EXCEPTION(OutputFolder(out, "basins"), InputError, [](const InputError& e) {
        return std::string(e.what()).find("the results of resdyn spectrum") != std::string::npos;
    });
    // A file that the run put there by itself belongs to it.
    {
        OutputFolder folder(out, "spectrum");
        folder.adopt("three.csv");
        BOOST_TEST(folder.commit().size() == 1U);
    }
    BOOST_TEST(fs::exists(out / "three.csv"));
    BOOST_TEST(!fs::exists(out / "two.csv"));
    BOOST_TEST(run({}, "spectrum") == 0U);
    BOOST_TEST(!fs::exists(out / "three.csv"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_is_a_resource_error_that_names_it) {
    const TemporaryFolder home;
    std::ofstream(home.path / "file") << "in the way";
    const auto names_it = [](const ResourceError& e) {
        return std::string(e.what()).find("file") != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(OutputFolder(home.path / "file"), ResourceError, names_it);
    BOOST_CHECK_EXCEPTION(OutputFolder(home.path / "file/below"), ResourceError, names_it);
    BOOST_CHECK_EXCEPTION(write_file_atomically(home.path / "file/x.txt", "x"), ResourceError,
                          names_it);
    write_file_atomically(home.path / "new/x.txt", "x");
    BOOST_TEST(content(home.path / "new/x.txt") == "x");
    fs::create_directories(home.path / "taken");
    BOOST_CHECK_THROW(write_file_atomically(home.path / "taken", "x"), ResourceError);
    BOOST_TEST(fs::is_empty(home.path / "taken"));
}

BOOST_AUTO_TEST_CASE(json_and_csv_hold_the_same_doubles) {
    const ResidualSystem system(Matrix{{-1.3, 0.7}, {-0.45, -0.9}}, Activation::Logistic, 0.3);
    const Atlas atlas = equilibrium_atlas(system);
    const auto json = nlohmann::json::parse(atlas_json(atlas, system).dump());
    BOOST_REQUIRE_EQUAL(json["equilibria"].size(), atlas.equilibria.size());
    std::istringstream csv(equilibrium_table(atlas.equilibria).text());
    std::string line;
    std::getline(csv, line);
    BOOST_TEST(line ==
               "pattern,type,unstable_dimension,hyperbolic,on_continuum,proved,residual,"
               "y_0,y_1");
    for (std::size_t k = 0; k < atlas.equilibria.size(); ++k) {
        const Equilibrium& e = atlas.equilibria[k];
        BOOST_TEST(json["equilibria"][k]["y"][1].get<double>() == e.y[1]);
        BOOST_REQUIRE(std::getline(csv, line));
        BOOST_TEST(std::stod(line.substr(line.rfind(',') + 1)) == e.y[1]);
        BOOST_TEST(line.substr(0, line.find(',')) == to_string(e.pattern));
    }
    BOOST_TEST(json["step"] == 0.3);
}

BOOST_AUTO_TEST_CASE(every_table_of_an_analysis_is_rectangular) {
    ResidualNetwork network{.activation = Activation::Logistic,
                            .step = 1,
                            .depth = 3,
                            .blocks = {{named_system("winner-takes-all").W, Vector::Zero(2), {}}},
                            .readout = {Matrix::Identity(2, 2), Vector::Zero(2)},
                            .input = {}};
    const Dataset data = builtin_dataset("moons", 40, 3);
    const Analysis analysis = analyze(network, &data);
    const auto tables = analysis_tables(analysis);
    BOOST_TEST(tables.size() == 26U);
    std::set<std::string> names;
    for (const auto& [name, table] : tables) {
        BOOST_TEST(names.insert(name).second, name << " would be written twice");
        BOOST_TEST_CONTEXT(name) {
            std::istringstream text(table.text());
            std::string line;
            std::size_t lines = 0;
            while (std::getline(text, line)) {
                ++lines;
            }
            BOOST_TEST(lines == table.rows() + 1);
            BOOST_TEST(table.rows() > 0U);
        }
    }
    const auto json = nlohmann::json::parse(to_json(analysis).dump());
    BOOST_TEST(json["settled"]["starts"] == 40);
    BOOST_TEST(json["evidence"]["balances"] == true);
}

BOOST_AUTO_TEST_SUITE_END()
