// What a journal costs: the atlas, a basin map, and the program's other verbs with every finished
// task on the disk, against the same without. Under mpirun (a build with RESDYN_MPI): what ranks
// cost against threads.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <resdyn/core/random.hpp>

#include "bench/side_by_side.hpp"
#ifdef RESDYN_MPI
#include "atlas/atlas_farm.hpp"
#include "cli/mpi_communicator.hpp"
#include "portrait/basins_farm.hpp"
#endif

namespace {

using namespace resdyn;

constexpr int bench_threads = 2;

/// Work of the library that goes onto a farm.
struct BenchJob {
    std::string what;
    std::string name;  ///< of its job.
    std::function<void(Farm&, int threads)> run;
};

BenchJob atlas_job(Index n) {
    Random random(static_cast<std::uint64_t>(n));
    return {fmt::format("atlas, N = {}", n), "atlas",
            [system = ResidualSystem(random.normal_matrix(n, n, 1.0), Activation::Tanh)](
                Farm& farm, int threads) {
                equilibrium_atlas(system, {.listing = Listing::Stable, .threads = threads}, farm);
            }};
}

BenchJob basins_job() {
    constexpr Index n = 6;
    Random random(18);
    return {"basin map, N = 6, 512 x 512 cells", "basins",
            [system = ResidualSystem(random.normal_matrix(n, n, 1.0), Activation::Tanh)](
                Farm& farm, int threads) {
                const StateSpace space(system, Coordinate::Residual);
                BasinOptions options{.width = 512, .height = 512};
                options.settle.threads = threads;
                basin_map(space, unit_slice(space, 0, 1, Vector::Zero(n)), options, farm);
            }};
}

/// A job without and with a journal, which is begun anew each time.
void compare(bench::Ledger& ledger, const BenchJob& job) {
    const auto folder = std::filesystem::temp_directory_path() / "resdyn-farm-bench";
    std::uintmax_t bytes = 0;
    Index tasks = 0;
    const auto times = bench::race({{"threads",
                                     [&] {
                                         Farm farm;
                                         job.run(farm, bench_threads);
                                     }},
                                    {"journal",
                                     [&] {
                                         std::filesystem::remove_all(folder);
                                         Farm farm({.folder = folder});
                                         job.run(farm, bench_threads);
                                         tasks = farm.progress().tasks;
                                         bytes = 0;
                                         for (const auto& file : journals_in({folder})) {
                                             bytes += std::filesystem::file_size(file);
                                         }
                                     }}},
                                   {.rounds = 9});
    std::filesystem::remove_all(folder);
    ledger.at_most(job.what + ", with a journal against without", times[1].median / times[0].median,
                   1.03, "x");
    ledger.figure(job.what + ", without", times[0].median, "s");
    ledger.figure(job.what + ", tasks", static_cast<double>(tasks), "");
    ledger.figure(job.what + ", bytes of the journal a task",
                  static_cast<double>(bytes) / static_cast<double>(tasks), "B");
}

void write_matrix(const std::filesystem::path& path, const Matrix& values) {
    std::ofstream file(path);
    for (Index row = 0; row < values.rows(); ++row) {
        file << fmt::format("{}\n", fmt::join(values.row(row), ","));
    }
}

/// A verb of the program (RESDYN_BENCH_PROGRAM), from its start to its end, without a journal and
/// with one.
void compare_verbs(bench::Ledger& ledger) {
    const char* program = std::getenv("RESDYN_BENCH_PROGRAM");
    if (program == nullptr) {
        ledger.note("no program was given (RESDYN_BENCH_PROGRAM): its verbs were not measured");
        return;
    }
    const auto folder = std::filesystem::temp_directory_path() / "resdyn-farm-bench";
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    for (const Index n : {5, 8, 20}) {
        write_matrix(folder / fmt::format("W{}.csv", n),
                     Random(static_cast<std::uint64_t>(n)).normal_matrix(n, n, 1.0));
    }
    write_matrix(folder / "starts.csv",
                 Random(1).uniform_vector(8000, -0.9, 0.9).reshaped(1000, 8));
    const std::string resdyn = std::filesystem::absolute(program).string() + " ";
    const auto call = [&](const std::string& words) {
        std::filesystem::remove_all(folder / "resdyn-out");  // where finished runs stay finished
        const std::string line = fmt::format("cd '{}' && {}{} --threads {} --quiet >/dev/null",
                                             folder.string(), resdyn, words, bench_threads);
        if (std::system(line.c_str()) != 0) {
            throw std::runtime_error("farm bench: expected to run, got a failure: " + line);
        }
    };
    call("train --data rings --activation tanh --units 6 --epochs 15 --samples 300 --out model");
    const std::string model = "model/model.safetensors ";
    for (const auto& [name, words] : std::vector<std::pair<std::string, std::string>>{
             {"equilibria --method stable, N = 20",
              "equilibria W20.csv --activation tanh --method stable"},
             {"equilibria --method newton, N = 8, 800 starts",
              "equilibria W8.csv --activation tanh --method newton --starts 800"},
             {"equilibria --data, 20,000 samples",
              "equilibria " + model + "--data rings --samples 20000"},
             {"bifurcations, N = 5", "bifurcations W5.csv --activation tanh --no-figures"},
             {"trajectory, N = 8, 1,000 starts",
              "trajectory W8.csv --activation tanh --y0 starts.csv --no-figures"},
             {"perturb, 500 draws",
              "perturb " + model + "--data rings --noise gaussian --draws 500 --no-figures"},
             {"perturb --twin, 40 seeds",
              "perturb --twin --data moons --seeds 40 --epochs 4 --units 6 --no-figures"},
             {"train --runs 16", "train --data rings --runs 16 --epochs 100 --no-figures"},
             {"validate --only 8", "validate --quick --only 8 --no-figures"}}) {
        const auto times = bench::race({{"threads", [&] { call(words); }},
                                        {"journal",
                                         [&] {
                                             std::filesystem::remove_all(folder / "J");
                                             call(words + " --journal J");
                                         }}},
                                       {.rounds = 5});
        ledger.at_most(name + ", with a journal against without", times[1].median / times[0].median,
                       1.03, "x");
        ledger.figure(name + ", without", times[0].median, "s");
    }
    std::filesystem::remove_all(folder);
}

#ifdef RESDYN_MPI
/// As many threads as ranks, on as many processors: each rank with one, against rank 0 with all of
/// them while the others sleep. A journal on rank 0 each time.
void compare_ranks(bench::Ledger& ledger, Ranks& ranks, const BenchJob& job) {
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
                          job.run(farm, ranks.size());
                      }},
                     {"ranks",
                      [&] {
                          Farm farm = fresh();
                          farm.spread_over(ranks);
                          const RankTraffic before = ranks.traffic();
                          job.run(farm, 1);
                          const RankTraffic& after = ranks.traffic();
                          used = {after.messages - before.messages, after.bytes - before.bytes,
                                  after.manager_seconds - before.manager_seconds};
                          tasks = farm.progress().tasks;
                      }}},
                    {.rounds = 7});
    std::filesystem::remove_all(folder);
    const std::string what = fmt::format("{}, {} ranks", job.what, ranks.size());
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

int spread(const char* results) {
    const auto communicator = cli::mpi_communicator();
    Ranks ranks(*communicator);
    ranks.introduce("bench", "bench");
    const std::vector<BenchJob> jobs = {atlas_job(20), basins_job()};
    if (!ranks.leads()) {
        while (ranks.await_job()) {
            Farm farm;
            farm.spread_over(ranks);
            for (const BenchJob& job : jobs) {
                if (ranks.opened()->head.job.name.starts_with(job.name)) {  // atlas-minors
                    job.run(farm, 1);
                }
            }
        }
        return 0;
    }
    bench::Ledger ledger("ranks", results);
    for (const BenchJob& job : jobs) {
        compare_ranks(ledger, ranks, job);
    }
    ranks.dismiss();
    return 0;
}
#endif

}  // namespace

int main(int, char** argv) {
#ifdef RESDYN_MPI
    if (std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr) {
        return spread(argv[1]);
    }
#endif
    bench::Ledger ledger("farm", argv[1]);
    for (const BenchJob& job : {atlas_job(18), basins_job()}) {
        compare(ledger, job);
    }
    compare_verbs(ledger);
    return 0;
}
