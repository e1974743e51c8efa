	.section	.text,"ax",@progbits
	.p2align	4, 0x90
buffer_append:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	pushq	%r15
	.cfi_def_cfa_offset 24
	pushq	%r14
	.cfi_def_cfa_offset 32
	pushq	%r13
	.cfi_def_cfa_offset 40
	pushq	%r12
	.cfi_def_cfa_offset 48
	pushq	%rbx
	.cfi_def_cfa_offset 56
	pushq	%rax
	.cfi_def_cfa_offset 64
	.cfi_offset %rbx, -56
	.cfi_offset %r12, -48
	.cfi_offset %r13, -40
	.cfi_offset %r14, -32
	.cfi_offset %r15, -24
	.cfi_offset %rbp, -16
	cmpl	$0, 24(%rdi)
	je	.LBB0_2
	callq	__errno_location@PLT
	movl	$5, (%rax)
	movl	$-1, %eax
	jmp	.LBB0_16
.LBB0_2:
	movq	8(%rdi), %rax
	movabsq	$9223372036854775807, %rcx
	xorq	%rax, %rcx
	cmpq	%rdx, %rcx
	jae	.LBB0_4
	movl	$1, 24(%rdi)
	callq	__errno_location@PLT
	movl	$75, (%rax)
	movl	$-1, %eax
	jmp	.LBB0_16
.LBB0_4:
	leaq	(%rax,%rdx), %r15
	movq	16(%rdi), %r8
	cmpq	%r8, %r15
	jbe	.LBB0_13
	testq	%r8, %r8
	movl	$16, %ecx
	cmovneq	%r8, %rcx
	.p2align	4, 0x90
.LBB0_6:
	movq	%rcx, %rbx
	addq	%rcx, %rcx
	cmpq	%r15, %rbx
	jb	.LBB0_6
	movq	(%rdi), %r14
	testq	%r14, %r14
	sete	%cl
	cmpq	%rsi, %r14
	seta	%r8b
	orb	%cl, %r8b
	movq	%rdx, %r11
	je	.LBB0_9
	movq	%rsi, %r12
	movq	%rdi, %r13
	xorl	%ebp, %ebp
	jmp	.LBB0_10
.LBB0_9:
	movq	%rdi, %r13
	addq	%r14, %rax
	movq	%rsi, %r12
	cmpq	%rsi, %rax
	seta	%bpl
.LBB0_10:
	movq	%r14, %rdi
	movq	%rbx, %rsi
	callq	realloc@PLT
	testq	%rax, %rax
	je	.LBB0_11
	movq	%r12, %rsi
	movq	%r12, %rcx
	subq	%r14, %rcx
	addq	%rax, %rcx
	testb	%bpl, %bpl
	cmovneq	%rcx, %rsi
	movq	%r13, %rdi
	movq	%rax, (%r13)
	movq	%rbx, 16(%r13)
	movq	%r11, %rdx
.LBB0_13:
	testq	%rdx, %rdx
	je	.LBB0_15
	movq	(%rdi), %rax
	addq	8(%rdi), %rax
	movq	%rdi, %rbx
	movq	%rax, %rdi
	callq	memmove@PLT
	movq	%rbx, %rdi
.LBB0_15:
	movq	%r15, 8(%rdi)
	xorl	%eax, %eax
.LBB0_16:
	addq	$8, %rsp
	.cfi_def_cfa_offset 56
	popq	%rbx
	.cfi_def_cfa_offset 48
	popq	%r12
	.cfi_def_cfa_offset 40
	popq	%r13
	.cfi_def_cfa_offset 32
	popq	%r14
	.cfi_def_cfa_offset 24
	popq	%r15
	.cfi_def_cfa_offset 16
	popq	%rbp
	.cfi_def_cfa_offset 8
	retq
.LBB0_11:
	.cfi_def_cfa_offset 64
	movl	$1, 24(%r13)
	callq	__errno_location@PLT
	movl	$12, (%rax)
	movl	$-1, %eax
	jmp	.LBB0_16
.Lfunc_end0:
	.cfi_endproc
# verdict: refuted: the count is kept in r11 across realloc, which may change it
