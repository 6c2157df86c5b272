#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <unistd.h>

#include <resdyn/work/journal.hpp>

#include "fuzz.hpp"

namespace {

using namespace resdyn;

const Job job{.name = "fuzz", .identity = {{"weights", "0123"}}, .tasks = 9};

std::filesystem::path place() {
    return std::filesystem::temp_directory_path() / fmt::format("resdyn-journal-fuzz.{}", getpid());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::filesystem::path file = place();
    std::ofstream(file, std::ios::binary) << fuzz::text_of(data, size);
    fuzz::parses_or_refuses([&] {
        FinishedTasks finished(job);
        const std::uintmax_t whole = finished.add(file);
        if (whole > size) {
            fuzz::broken("expected whole records within the file");
        }
        for (Index task = 0; task < job.tasks; ++task) {
            if (finished.contains(task) && finished.result(task).size() > size) {
                fuzz::broken("expected a result within the file");
            }
        }
        std::filesystem::resize_file(file, whole);
        FinishedTasks again(job);
        if (again.add(file) != whole || again.size() != finished.size()) {
            fuzz::broken("expected the whole records to be whole by themselves");
        }
    });
    std::filesystem::remove(file);
    return 0;
}

std::vector<std::string> resdyn::fuzz::seeds() {
    std::vector<std::string> result;
    const std::filesystem::path folder = place().string() + ".d";
    for (const Index tasks : {0, 1, 5}) {
        std::filesystem::path path;
        {
            FinishedTasks finished(job);
            Journal journal(job, {.folder = folder, .command = "resdyn fuzz"}, finished);
            path = journal.path();
            for (Index task = 0; task < tasks; ++task) {
                journal.append(task, std::string(static_cast<std::size_t>(7 * task), '\n'));
            }
        }
        std::ifstream file(path, std::ios::binary);
        result.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        std::filesystem::remove_all(folder);
    }
    return result;
}
