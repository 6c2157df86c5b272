// What a journal costs: the atlas and a basin map with every finished task on the disk, against the
// same without.
#include <fmt/format.h>
#include <filesystem>

#include <resdyn/atlas/atlas_farm.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/portrait/basins_farm.hpp>

#include "bench/side_by_side.hpp"

namespace {

using namespace resdyn;

constexpr int bench_threads = 2;

/// A job without and with a journal, which is begun anew each time.
template <typename Work>
void compare(bench::Ledger& ledger, const std::string& what, const Work& work) {
    const auto folder = std::filesystem::temp_directory_path() / "resdyn-farm-bench";
    std::uintmax_t bytes = 0;
    Index tasks = 0;
    const auto times = bench::race({{"threads",
                                     [&] {
                                         Farm farm;
                                         work(farm);
                                     }},
                                    {"journal",
                                     [&] {
                                         std::filesystem::remove_all(folder);
                                         Farm farm({.folder = folder});
                                         work(farm);
                                         tasks = farm.progress().tasks;
                                         bytes = 0;
                                         for (const auto& file : journals_in({folder})) {
                                             bytes += std::filesystem::file_size(file);
                                         }
                                     }}},
                                   {.rounds = 9});
    std::filesystem::remove_all(folder);
    ledger.at_most(what + ", with a journal against without", times[1].median / times[0].median,
                   1.03, "x");
    ledger.figure(what + ", tasks", static_cast<double>(tasks), "");
    ledger.figure(what + ", bytes of the journal a task",
                  static_cast<double>(bytes) / static_cast<double>(tasks), "B");
}

}  // namespace

int main(int, char** argv) {
    bench::Ledger ledger("farm", argv[1]);
    Random random(18);
    const ResidualSystem eighteen(random.normal_matrix(18, 18, 1.0), Activation::Tanh);
    compare(ledger, "atlas, N = 18", [&](Farm& farm) {
        equilibrium_atlas(eighteen, {.listing = Listing::Stable, .threads = bench_threads}, farm);
    });
    const ResidualSystem six(random.normal_matrix(6, 6, 1.0), Activation::Tanh);
    const StateSpace space(six, Coordinate::Residual);
    const Slice slice = unit_slice(space, 0, 1, Vector::Zero(6));
    compare(ledger, "basin map, N = 6, 512 x 512 cells", [&](Farm& farm) {
        BasinOptions options{.width = 512, .height = 512};
        options.settle.threads = bench_threads;
        basin_map(space, slice, options, farm);
    });
    return 0;
}
