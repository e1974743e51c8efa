	.section	.text,"ax",@progbits
	.p2align	4, 0x90
sessions_expire:
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
	movq	%rdi, %rbx
	movabsq	$9223372036854775807, %r13
	movq	(%rdi), %r12
	testq	%r12, %r12
	je	.LBB2_1
	movq	%rsi, %r15
	xorl	%r14d, %r14d
	movq	%rbx, %rbp
	jmp	.LBB2_3
	.p2align	4, 0x90
.LBB2_7:
	cmpq	%r13, %rax
	cmovlq	%rax, %r13
	addq	$24, %r12
	movq	%r12, %rbp
.LBB2_8:
	movq	(%rbp), %r12
	testq	%r12, %r12
	je	.LBB2_9
.LBB2_3:
	cmpl	$0, 4(%r12)
	sete	%cl
	movq	16(%r12), %rax
	cmpq	%r15, %rax
	setl	%dl
	testb	%cl, %dl
	je	.LBB2_7
	movq	24(%r12), %rax
	movq	%rax, (%rbp)
	cmpq	%r12, 8(%rbx)
	jne	.LBB2_6
	movq	$0, 8(%rbx)
.LBB2_6:
	movq	8(%r12), %rdi
	callq	free@PLT
	movq	%r12, %rdi
	callq	free@PLT
	addq	$1, %r14
	jmp	.LBB2_8
.LBB2_1:
	xorl	%r14d, %r14d
.LBB2_9:
	movq	%r13, 16(%rbx)
	subq	%r14, 24(%rbx)
	movq	%r14, %rax
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
.Lfunc_end2:
	.cfi_endproc
# verdict: passed
