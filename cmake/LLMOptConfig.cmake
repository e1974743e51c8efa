# find_package(LLMOpt): makes llmopt the compiler launcher of C files.
#
#   find_package(LLMOpt)
#   if(LLMOpt_FOUND)
#     llmopt_enable()            # all targets made after this line
#     llmopt_enable(mylib tool)  # or these targets only
#   endif()
#
# Also adds the targets llmopt-profile, llmopt-optimize and llmopt-report to a top-level project
# that has an llmopt.yaml. Sets LLMOpt_EXECUTABLE.

include_guard(GLOBAL)

find_program(LLMOpt_EXECUTABLE llmopt HINTS "${CMAKE_CURRENT_LIST_DIR}/../../../../../bin")
if(NOT LLMOpt_EXECUTABLE)
  set(LLMOpt_FOUND FALSE)
  set(LLMOpt_NOT_FOUND_MESSAGE "the program llmopt is neither on PATH nor beside the package")
  return()
endif()

# A launcher that is there already (ccache, say) stays: llmopt goes in front of it.
function(llmopt_enable)
  if(ARGC EQUAL 0)
    # By list(): an empty word in the list would be a word of the command.
    set(launcher ${CMAKE_C_COMPILER_LAUNCHER})
    list(INSERT launcher 0 "${LLMOpt_EXECUTABLE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${launcher}" PARENT_SCOPE)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    get_target_property(launcher "${target}" C_COMPILER_LAUNCHER)
    if(NOT launcher)
      set(launcher)
    endif()
    list(INSERT launcher 0 "${LLMOpt_EXECUTABLE}")
    set_target_properties("${target}" PROPERTIES C_COMPILER_LAUNCHER "${launcher}")
  endforeach()
endfunction()

if(EXISTS "${CMAKE_SOURCE_DIR}/llmopt.yaml")
  foreach(verb IN ITEMS profile optimize report)
    if(NOT TARGET "llmopt-${verb}")
      add_custom_target("llmopt-${verb}"
        COMMAND "${LLMOpt_EXECUTABLE}" "${verb}"
        WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}"
        USES_TERMINAL VERBATIM)
    endif()
  endforeach()
endif()
