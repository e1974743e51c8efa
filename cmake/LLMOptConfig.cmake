# find_package(LLMOpt): llmopt as the compiler launcher of C files.
#
#   find_package(LLMOpt)
#   if(LLMOpt_FOUND)
#     llmopt_enable()            # all targets made after this line
#     llmopt_enable(mylib tool)  # or these targets only
#   endif()
#
# Sets LLMOpt_EXECUTABLE. docs/cmake.md has the rest.

include("${CMAKE_CURRENT_LIST_DIR}/LLMOpt.cmake")
if(NOT LLMOpt_EXECUTABLE)
  set(LLMOpt_FOUND FALSE)
  set(LLMOpt_NOT_FOUND_MESSAGE "the program llmopt is neither beside the package nor on PATH")
endif()
