// What a journal costs: the atlas and a basin map with every finished task on the disk, against the
// same without. Under mpirun (a build with RESDYN_MPI): what ranks cost against threads.
#include <fmt/format.h>
#include <cstdlib>
#include <filesystem>

#include <resdyn/atlas/atlas_farm.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/portrait/basins_farm.hpp>

#include "bench/side_by_side.hpp"
#ifdef RESDYN_MPI
#include "cli/mpi_communicator.hpp"
#endif

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

#ifdef RESDYN_MPI
constexpr Index spread_units = 20;

/// As many threads as ranks, on as many processors: each rank with one, against rank 0 with all of
/// them while the others sleep. A journal on rank 0 each time.
void compare_ranks(const char* results) {
    const auto communicator = cli::mpi_communicator();
    Ranks ranks(*communicator);
    ranks.introduce("bench", "bench");
    Random random(20);
    const ResidualSystem system(random.normal_matrix(spread_units, spread_units, 1.0),
                                Activation::Tanh);
    const auto run = [&](Farm& farm, int threads) {
        equilibrium_atlas(system, {.listing = Listing::Stable, .threads = threads}, farm);
    };
    if (!ranks.leads()) {
        while (ranks.await_job()) {
            Farm farm;
            farm.spread_over(ranks);
            run(farm, 1);
        }
        return;
    }
    const auto folder = std::filesystem::temp_directory_path() / "resdyn-ranks-bench";
    const auto fresh = [&] {
        std::filesystem::remove_all(folder);
        return Farm({.folder = folder});
    };
    RankTraffic used;
    Index tasks = 0;
    const auto times =
        bench::race({{"threads",
                      [&] {
                          Farm farm = fresh();
                          run(farm, ranks.size());
                      }},
                     {"ranks",
                      [&] {
                          Farm farm = fresh();
                          farm.spread_over(ranks);
                          const RankTraffic before = ranks.traffic();
                          run(farm, 1);
                          const RankTraffic& after = ranks.traffic();
                          used = {after.messages - before.messages, after.bytes - before.bytes,
                                  after.manager_seconds - before.manager_seconds};
                          tasks = farm.progress().tasks;
                      }}},
                    {.rounds = 7});
    std::filesystem::remove_all(folder);
    ranks.dismiss();
    bench::Ledger ledger("ranks", results);
    const std::string what = fmt::format("atlas, N = {}, {} ranks", spread_units, ranks.size());
    const auto per_task = [&](double value) { return value / static_cast<double>(tasks); };
    ledger.at_least(what + " of 1 thread, efficiency against as many threads of 1 rank",
                    times[0].median / times[1].median, 0.95, "x");
    ledger.figure(what + ", tasks", static_cast<double>(tasks), "");
    ledger.figure(what + ", messages a task", per_task(static_cast<double>(used.messages)), "");
    ledger.figure(what + ", bytes of messages a task", per_task(static_cast<double>(used.bytes)),
                  "B");
    ledger.figure(what + ", manager's processor time a task", 1e6 * per_task(used.manager_seconds),
                  "us");
    ledger.figure(what + ", wall time of the ranks", times[1].median, "s");
}
#endif

}  // namespace

int main(int, char** argv) {
#ifdef RESDYN_MPI
    if (std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr) {
        compare_ranks(argv[1]);
        return 0;
    }
#endif
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
