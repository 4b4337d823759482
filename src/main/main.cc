#include "cli/commands.h"

int main(int argc, char** argv) { return viaggio::cli::run(argc, argv); }
